using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Pre-activation basic block: normalisation, ReLU, 3x3, twice, and a shortcut (arXiv:1603.05027, Fig. 4e).</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)) with stride s. Where the shape changes, a 1x1 convolution of the
/// activated input is added, elsewhere the input itself. Keys bn1, conv1, bn2, conv2 and the shortcut's.
/// </remarks>
internal sealed class PreActivationBasicBlock : NamedModule, IPreActivationBlock, IDropPath
{
    private readonly BatchNorm2d _bn1;
    private readonly SpatialConv2d _conv1;
    private readonly BatchNorm2d _bn2;
    private readonly SpatialConv2d _conv2;
    private readonly PointwiseConv2d? _shortcut;

    internal PreActivationBasicBlock(int inChannels, int channels, int stride, string shortcutKey)
        : base(nameof(PreActivationBasicBlock))
    {
        _bn1 = Add("bn1", BatchNorm2d(inChannels));
        _conv1 = Add("conv1", new SpatialConv2d(inChannels, channels, kernelSize: 3, stride));
        _bn2 = Add("bn2", BatchNorm2d(channels));
        _conv2 = Add("conv2", new SpatialConv2d(channels, channels, kernelSize: 3));
        if (inChannels != channels || stride != 1)
            _shortcut = Add(shortcutKey, new PointwiseConv2d(inChannels, channels, stride));
    }

    public Parameter LastWeight => _conv2.Weight;

    public DropPath? DropPath { get; set; }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var x = _bn1.call(input).relu_();                       // (N, inChannels, H, W)
        var y = NormActivation.Relu(_conv1, _bn2, x);           // (N, channels, H/s, W/s)
        y = _conv2.call(y);                                     // the last weight may start at zero, BoT §3.1
        if (training && DropPath is { } drop)
            y = drop.Of(y);
        return y.Plus(_shortcut?.call(x) ?? input).MoveToOuterDisposeScope(); // not in place: a kernel's output may not be changed
    }
}
