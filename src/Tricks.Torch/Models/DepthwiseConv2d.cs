using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A 3x3 convolution of each channel by itself, without bias, zero-padded by 1; on the CPU computed in float32.</summary>
/// <remarks>
/// (N, channels, H, W) to (N, channels, ceil(H/s), ceil(W/s)), in the precision of the input. Weight (channels, 1, 3, 3), float32. In
/// bfloat16 oneDNN 3.7's gradient of the input is silently wrong at stride 2 on machines that hide their cache sizes;
/// these convolutions are a thirtieth of MobileNet's multiply-adds.
/// </remarks>
internal sealed class DepthwiseConv2d : Module<Tensor, Tensor>, IConvolution
{
    private static readonly long[] Padding = [1, 1];

    private readonly Parameter weight;
    private readonly int _channels;
    private readonly long[] _stride;

    /// <summary>The weight is 0 until it is initialised or loaded.</summary>
    internal DepthwiseConv2d(int channels, int stride)
        : base(nameof(DepthwiseConv2d))
    {
        weight = Parameter(zeros(channels, 1, 3, 3)).DetachedFromScope();
        _channels = channels;
        _stride = [stride, stride];
        RegisterComponents();
    }

    /// <summary>(channels, 1, 3, 3), owned by this module.</summary>
    public Parameter Weight => weight;

    /// <summary>There is none.</summary>
    public Parameter? Bias => null;

    public ScalarType TypeFor(Tensor input) =>
        input.device_type == DeviceType.CPU && input.dtype != ScalarType.Float64 ? ScalarType.Float32 : input.dtype;

    public Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias) =>
        functional.conv2d(input, kernel, bias, strides: _stride, padding: Padding, groups: _channels);

    public override Tensor forward(Tensor input)                // (N, channels, H, W)
    {
        if (FoldedWeights.Current is { } folded)
            return folded.Call(this, norm: null, input, residual: null, relu: false);
        using var scope = NewDisposeScope();
        var type = TypeFor(input);
        var kernel = weight.to(type);                           // autograd brings the gradient back to float32
        var y = functional.conv2d(input.to(type), kernel, strides: _stride, padding: Padding, groups: _channels);
        return y.to(input.dtype).MoveToOuterDisposeScope();
    }
}
