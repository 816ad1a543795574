using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>MobileNet's block: a 3x3 of each channel by itself, then a 1x1 across channels, each with normalisation and activation (arXiv:1704.04861, Fig. 3).</summary>
/// <remarks>(N, inChannels, H, W) to (N, outChannels, ceil(H/s), ceil(W/s)). Keys are timm's: conv_dw, bn1, conv_pw, bn2.</remarks>
internal sealed class DepthwiseSeparableBlock : NamedModule
{
    private readonly DepthwiseConv2d _depthwise;
    private readonly BatchNorm2d _bn1;
    private readonly PointwiseConv2d _pointwise;
    private readonly BatchNorm2d _bn2;
    private readonly Func<Tensor, Tensor> _activate;

    internal DepthwiseSeparableBlock(int inChannels, int outChannels, int stride, Func<Tensor, Tensor> activate)
        : base(nameof(DepthwiseSeparableBlock))
    {
        _depthwise = Add("conv_dw", new DepthwiseConv2d(inChannels, stride));
        _bn1 = Add("bn1", BatchNorm2d(inChannels));
        _pointwise = Add("conv_pw", new PointwiseConv2d(inChannels, outChannels));
        _bn2 = Add("bn2", BatchNorm2d(outChannels));
        _activate = activate;
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var y = _activate(NormActivation.Plain(_depthwise, _bn1, input));   // (N, inChannels, H/s, W/s)
        return _activate(NormActivation.Plain(_pointwise, _bn2, y)).MoveToOuterDisposeScope();  // (N, outChannels, H/s, W/s)
    }
}
