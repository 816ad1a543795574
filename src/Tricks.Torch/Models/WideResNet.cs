using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A wide residual network for small images, WRN-d-k (arXiv:1605.07146, Table 1): pre-activation blocks of 16k, 32k, 64k channels.</summary>
/// <remarks>
/// (N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and
/// classifier. Keys are those of github.com/xternalz/WideResNet-pytorch: conv1, block1.layer.0.bn1, ..convShortcut, bn1, fc. No dropout.
/// </remarks>
internal sealed class WideResNet : NamedModule, IFeatureExtractor
{
    private const int StemChannels = 16;

    private readonly Func<Tensor, Tensor>[] _steps;
    private readonly Linear _fc;

    internal WideResNet(int depth, int widening, int classes, int inputChannels)
        : base(nameof(WideResNet))
    {
        var blocks = (depth - 4) / 6;                           // per stage, two 3x3 each
        var width = StemChannels * widening;
        FeatureCount = 4 * width;
        var stem = Add("conv1", new SpatialConv2d(inputChannels, StemChannels, kernelSize: 3));        // (N, 16, H, W)
        var stage1 = Add("block1", Stage(StemChannels, width, blocks, stride: 1));                     // (N, 16k, H, W)
        var stage2 = Add("block2", Stage(width, 2 * width, blocks, stride: 2));                        // (N, 32k, H/2, W/2)
        var stage3 = Add("block3", Stage(2 * width, FeatureCount, blocks, stride: 2));                 // (N, 64k, H/4, W/4)
        var norm = Add("bn1", BatchNorm2d(FeatureCount));
        _steps = [stem.call, stage1.call, stage2.call, stage3.call, x => norm.call(x).relu_()];
        _fc = Add("fc", Linear(FeatureCount, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _fc.call(features);                              // (N, classes)
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images)                       // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        return Chain.Call(images, _steps).mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();  // (N, 64k)
    }

    private static Sequential Stage(int inChannels, int channels, int blocks, int stride)
    {
        var children = Enumerable.Range(0, blocks).Select(i => (
            i.ToString(CultureInfo.InvariantCulture),
            (Module<Tensor, Tensor>)new PreActivationBasicBlock(i == 0 ? inChannels : channels, channels, i == 0 ? stride : 1, "convShortcut")));
        return Sequential(("layer", Sequential([.. children])));
    }
}
