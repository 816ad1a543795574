using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The shortcut of variant D: a 2x2 average pool with the stride, then a 1x1 convolution of stride 1 (BoT §4, Fig. 2c).</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)). As in timm, an odd row or column at the end is averaged
/// over the pixels it has, the keys are downsample.1 and .2 (0 is the pool), and stride 1 does not pool.
/// </remarks>
internal sealed class PooledProjection : Module<Tensor, Tensor>
{
    [ComponentName(Name = "1")]
    private readonly PointwiseConv2d conv;
    [ComponentName(Name = "2")]
    private readonly BatchNorm2d bn;
    private readonly int _stride;

    internal PooledProjection(int inChannels, int channels, int stride)
        : base(nameof(PooledProjection))
    {
        conv = new(inChannels, channels);
        bn = BatchNorm2d(channels);
        _stride = stride;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var pooled = _stride == 1                               // (N, inChannels, H/s, W/s)
            ? input
            : functional.avg_pool2d(input, 2, stride: _stride, ceil_mode: true, count_include_pad: false);
        return NormActivation.Identity(conv, bn, pooled).MoveToOuterDisposeScope();
    }
}
