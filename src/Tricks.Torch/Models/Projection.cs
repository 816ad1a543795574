using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The shortcut of variants A to C: a 1x1 convolution with the stride, and its normalisation ([R §3.3]).</summary>
/// <remarks>(N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)). Keys downsample.0 and .1, as torchvision's.</remarks>
internal sealed class Projection : Module<Tensor, Tensor>
{
    [ComponentName(Name = "0")]
    private readonly PointwiseConv2d conv;
    [ComponentName(Name = "1")]
    private readonly BatchNorm2d bn;

    internal Projection(int inChannels, int channels, int stride)
        : base(nameof(Projection))
    {
        conv = new(inChannels, channels, stride);
        bn = BatchNorm2d(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        return NormActivation.Identity(conv, bn, input).MoveToOuterDisposeScope();
    }
}
