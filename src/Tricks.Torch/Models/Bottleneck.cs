using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Bottleneck block: 1x1 to a quarter of the channels, 3x3, 1x1 back, and a shortcut ([R] Fig. 5 right).</summary>
/// <remarks>
/// With stride s: (N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)). The stride stands in the first 1x1 in
/// variant A and in the 3x3 from B on (BoT §4, Fig. 2a). Field names are torchvision's keys.
/// </remarks>
internal sealed class Bottleneck : Module<Tensor, Tensor>, IResidualBlock, IDropPath
{
    /// <summary>Output channels per channel of the 3x3.</summary>
    internal const int Expansion = 4;

    private readonly PointwiseConv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly SpatialConv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly PointwiseConv2d conv3;
    private readonly BatchNorm2d bn3;
    private readonly Module<Tensor, Tensor> downsample;

    internal Bottleneck(int inChannels, int channels, int stride, ResNetVariant variant, Module<Tensor, Tensor> shortcut, int widening = 1)
        : base(nameof(Bottleneck))
    {
        var width = channels / Expansion * widening;
        var (firstStride, secondStride) = variant == ResNetVariant.A ? (stride, 1) : (1, stride);
        conv1 = new(inChannels, width, firstStride);
        bn1 = BatchNorm2d(width);
        conv2 = new(width, width, kernelSize: 3, secondStride);
        bn2 = BatchNorm2d(width);
        conv3 = new(width, channels);
        bn3 = BatchNorm2d(channels);
        downsample = shortcut;
        RegisterComponents();
    }

    public BatchNorm2d LastNorm => bn3;

    public DropPath? DropPath { get; set; }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = NormActivation.Relu(conv1, bn1, input);         // (N, width, H, W); A: (N, width, H/s, W/s)
        y = NormActivation.Relu(conv2, bn2, y);                 // (N, width, H/s, W/s)
        var shortcut = downsample.call(input);                  // (N, channels, H/s, W/s)
        y = training && DropPath is { } drop                    // the last gamma may start at zero, BoT §3.1
            ? drop.Of(NormActivation.Identity(conv3, bn3, y)).Increase(shortcut).relu_()
            : NormActivation.Relu(conv3, bn3, y, shortcut);     // the same
        return y.MoveToOuterDisposeScope();
    }
}
