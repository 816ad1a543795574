using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Pre-activation bottleneck: 1x1 to a quarter of the channels, 3x3 with the stride, 1x1 back, each after normalisation and ReLU.</summary>
/// <remarks>
/// arXiv:1603.05027. (N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)) with stride s. Where the shape changes, a 1x1
/// convolution of the activated input is added, elsewhere the input itself. Keys are Gluon's: bn1, conv1 to bn3, conv3, downsample.
/// </remarks>
internal sealed class PreActivationBottleneck : NamedModule, IPreActivationBlock, IDropPath
{
    private readonly BatchNorm2d _bn1;
    private readonly PointwiseConv2d _conv1;
    private readonly BatchNorm2d _bn2;
    private readonly SpatialConv2d _conv2;
    private readonly BatchNorm2d _bn3;
    private readonly PointwiseConv2d _conv3;
    private readonly PointwiseConv2d? _shortcut;

    internal PreActivationBottleneck(int inChannels, int channels, int stride)
        : base(nameof(PreActivationBottleneck))
    {
        var width = channels / Bottleneck.Expansion;
        _bn1 = Add("bn1", BatchNorm2d(inChannels));
        _conv1 = Add("conv1", new PointwiseConv2d(inChannels, width));
        _bn2 = Add("bn2", BatchNorm2d(width));
        _conv2 = Add("conv2", new SpatialConv2d(width, width, kernelSize: 3, stride));
        _bn3 = Add("bn3", BatchNorm2d(width));
        _conv3 = Add("conv3", new PointwiseConv2d(width, channels));
        if (inChannels != channels || stride != 1)
            _shortcut = Add("downsample", new PointwiseConv2d(inChannels, channels, stride));
    }

    public Parameter LastWeight => _conv3.Weight;

    public DropPath? DropPath { get; set; }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var x = _bn1.call(input).relu_();                       // (N, inChannels, H, W)
        var y = NormActivation.Relu(_conv1, _bn2, x);           // (N, width, H, W)
        y = NormActivation.Relu(_conv2, _bn3, y);               // (N, width, H/s, W/s)
        y = _conv3.call(y);                                     // the last weight may start at zero, BoT §3.1
        if (training && DropPath is { } drop)
            y = drop.Of(y);
        return y.Plus(_shortcut?.call(x) ?? input).MoveToOuterDisposeScope(); // not in place: a kernel's output may not be changed
    }
}
