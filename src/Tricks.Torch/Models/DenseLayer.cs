using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>DenseNet's layer: normalisation, ReLU, 1x1, normalisation, ReLU, 3x3, whose channels are appended to the input's (arXiv:1608.06993 §3).</summary>
/// <remarks>(N, inChannels, H, W) to (N, inChannels + growth, H, W). Keys norm1, conv1, norm2, conv2, as torchvision's.</remarks>
internal sealed class DenseLayer : NamedModule
{
    private const int BottleneckFactor = 4;

    private readonly BatchNorm2d _norm1;
    private readonly PointwiseConv2d _conv1;
    private readonly BatchNorm2d _norm2;
    private readonly SpatialConv2d _conv2;

    internal DenseLayer(int inChannels, int growth)
        : base(nameof(DenseLayer))
    {
        var width = BottleneckFactor * growth;
        _norm1 = Add("norm1", BatchNorm2d(inChannels));
        _conv1 = Add("conv1", new PointwiseConv2d(inChannels, width));
        _norm2 = Add("norm2", BatchNorm2d(width));
        _conv2 = Add("conv2", new SpatialConv2d(width, growth, kernelSize: 3));
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var x = _norm1.call(input).relu_();                     // (N, inChannels, H, W)
        var y = NormActivation.Relu(_conv1, _norm2, x);         // (N, 4*growth, H, W)
        y = _conv2.call(y);                                     // (N, growth, H, W)
        return cat([input, y], 1).MoveToOuterDisposeScope();    // (N, inChannels + growth, H, W)
    }
}
