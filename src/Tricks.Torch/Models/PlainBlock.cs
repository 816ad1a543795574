using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A <see cref="BasicBlock"/> without its shortcut, for the plain nets of [R §4.2].</summary>
/// <remarks>(N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)) with stride s.</remarks>
internal sealed class PlainBlock : Module<Tensor, Tensor>
{
    private readonly SpatialConv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly SpatialConv2d conv2;
    private readonly BatchNorm2d bn2;

    internal PlainBlock(int inChannels, int channels, int stride)
        : base(nameof(PlainBlock))
    {
        conv1 = new(inChannels, channels, kernelSize: 3, stride);
        bn1 = BatchNorm2d(channels);
        conv2 = new(channels, channels, kernelSize: 3);
        bn2 = BatchNorm2d(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = NormActivation.Relu(conv1, bn1, input);         // (N, channels, H/s, W/s)
        return NormActivation.Relu(conv2, bn2, y).MoveToOuterDisposeScope();
    }
}
