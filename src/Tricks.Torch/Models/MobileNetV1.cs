using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>MobileNet v1 (arXiv:1704.04861, Table 1), with timm's keys.</summary>
/// <remarks>(N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and classifier.</remarks>
internal sealed class MobileNetV1 : NamedModule, IFeatureExtractor
{
    // Blocks and channels of each stage at width 1; all but the first begin with stride 2.
    private static readonly (int Blocks, int Channels)[] Stages = [(1, 64), (2, 128), (2, 256), (6, 512), (2, 1024)];

    private readonly Func<Tensor, Tensor>[] _steps;
    private readonly Linear _classifier;

    internal MobileNetV1(double width, bool relu6, int classes, int inputChannels)
        : base(nameof(MobileNetV1))
    {
        Func<Tensor, Tensor> activate = relu6 ? static x => x.relu6_() : static x => x.relu_();
        var channels = WidthMultiplier.Channels(32, width);
        var stem = Add("conv_stem", new SpatialConv2d(inputChannels, channels, kernelSize: 3, stride: 2));
        var norm = Add("bn1", BatchNorm2d(channels));
        List<Func<Tensor, Tensor>> steps = [x => activate(NormActivation.Plain(stem, norm, x))];     // (N, c, H/2, W/2)
        List<(string, Module<Tensor, Tensor>)> stages = [];
        foreach (var (stage, (blocks, stageChannels)) in Stages.Index())
        {
            List<(string, Module<Tensor, Tensor>)> children = [];
            for (var block = 0; block < blocks; block++)
            {
                var outChannels = WidthMultiplier.Channels(stageChannels, width);
                var stride = stage > 0 && block == 0 ? 2 : 1;
                children.Add((Key(block), new DepthwiseSeparableBlock(channels, outChannels, stride, activate)));
                channels = outChannels;
            }

            stages.Add((Key(stage), Sequential([.. children])));
        }

        steps.Add(Add("blocks", Sequential([.. stages])).call);                                      // (N, c, H/32, W/32)
        _steps = [.. steps];
        FeatureCount = channels;
        _classifier = Add("classifier", Linear(channels, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _classifier.call(features);                      // (N, classes)
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images)                       // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        return Chain.Call(images, _steps).mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();  // (N, FeatureCount)
    }

    private static string Key(int place) => place.ToString(CultureInfo.InvariantCulture);
}
