using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Basic block: two 3x3 convolutions and a shortcut ([R] Fig. 5 left).</summary>
/// <remarks>(N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)) with stride s. Field names are torchvision's keys.</remarks>
internal sealed class BasicBlock : Module<Tensor, Tensor>, IResidualBlock, IDropPath
{
    private readonly SpatialConv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly SpatialConv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Module<Tensor, Tensor> downsample;

    internal BasicBlock(int inChannels, int channels, int stride, Module<Tensor, Tensor> shortcut)
        : base(nameof(BasicBlock))
    {
        conv1 = new(inChannels, channels, kernelSize: 3, stride);
        bn1 = BatchNorm2d(channels);
        conv2 = new(channels, channels, kernelSize: 3);
        bn2 = BatchNorm2d(channels);
        downsample = shortcut;
        RegisterComponents();
    }

    public BatchNorm2d LastNorm => bn2;

    public DropPath? DropPath { get; set; }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = NormActivation.Relu(conv1, bn1, input);         // (N, channels, H/s, W/s)
        var shortcut = downsample.call(input);                  // the same
        y = training && DropPath is { } drop                    // the last gamma may start at zero, BoT §3.1
            ? drop.Of(NormActivation.Identity(conv2, bn2, y)).Increase(shortcut).relu_()
            : NormActivation.Relu(conv2, bn2, y, shortcut);     // (N, channels, H/s, W/s)
        return y.MoveToOuterDisposeScope();
    }
}
