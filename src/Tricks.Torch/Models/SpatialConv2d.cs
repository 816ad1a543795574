using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A k x k convolution without bias, k odd, zero-padded by (k - 1)/2, in the precision of its input.</summary>
/// <remarks>(N, inChannels, H, W) to (N, outChannels, ceil(H/s), ceil(W/s)). Weight (outChannels, inChannels, k, k), float32.</remarks>
internal sealed class SpatialConv2d : Module<Tensor, Tensor>
{
    private const int MaxPixels = 49;

    private readonly Parameter weight;
    private readonly long[] _stride;
    private readonly long[] _padding;

    /// <summary>The weight is 0 until it is initialised or loaded.</summary>
    internal SpatialConv2d(int inChannels, int outChannels, int kernelSize, int stride = 1)
        : base(nameof(SpatialConv2d))
    {
        weight = Parameter(zeros(outChannels, inChannels, kernelSize, kernelSize)).DetachedFromScope();
        _stride = [stride, stride];
        _padding = [(kernelSize - 1) / 2, (kernelSize - 1) / 2];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        if (WeightGradientIsProduct(input))
        {
            var constant = weight.detach().to(input.dtype);
            var y = functional.conv2d(input, constant, strides: _stride, padding: _padding);
            return WeightGradientFunction.apply(y, weight, input.detach(), (int)_stride[0], (int)_padding[0]).MoveToOuterDisposeScope();
        }

        var kernel = weight.to(input.dtype);                    // autograd brings the gradient back to float32
        return functional.conv2d(input, kernel, strides: _stride, padding: _padding).MoveToOuterDisposeScope();
    }

    /// <summary>Where one matrix product was faster than oneDNN's kernel: bfloat16, at most 7 x 7 pixels (benchmarks/RESULTS.md).</summary>
    private bool WeightGradientIsProduct(Tensor input) =>
        input.dtype == ScalarType.BFloat16 && weight.requires_grad && is_grad_enabled() && KernelSwitch.Takes(input)
        && input.shape[2] * input.shape[3] / (_stride[0] * _stride[0]) <= MaxPixels;

}
