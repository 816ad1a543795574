using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A 3x3 convolution of each channel by itself, without bias, zero-padded by 1, in the precision of its input.</summary>
/// <remarks>(N, channels, H, W) to (N, channels, ceil(H/s), ceil(W/s)). Weight (channels, 1, 3, 3), float32.</remarks>
internal sealed class DepthwiseConv2d : Module<Tensor, Tensor>
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
    internal Parameter Weight => weight;

    public override Tensor forward(Tensor input)                // (N, channels, H, W)
    {
        using var kernel = weight.to(input.dtype);              // autograd brings the gradient back to float32
        return functional.conv2d(input, kernel, strides: _stride, padding: Padding, groups: _channels);
    }
}
