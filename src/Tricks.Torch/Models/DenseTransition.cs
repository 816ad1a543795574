using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Between two dense blocks: normalisation, ReLU, 1x1 to half the channels, 2x2 average pool (arXiv:1608.06993 §3).</summary>
/// <remarks>(N, inChannels, H, W) to (N, inChannels/2, H/2, W/2). Keys norm and conv, as torchvision's.</remarks>
internal sealed class DenseTransition : NamedModule
{
    private readonly BatchNorm2d _norm;
    private readonly PointwiseConv2d _conv;

    internal DenseTransition(int inChannels)
        : base(nameof(DenseTransition))
    {
        _norm = Add("norm", BatchNorm2d(inChannels));
        _conv = Add("conv", new PointwiseConv2d(inChannels, inChannels / 2));
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = _conv.call(_norm.call(input).relu_());          // (N, inChannels/2, H, W)
        return functional.avg_pool2d(y, 2).MoveToOuterDisposeScope();
    }
}
