using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A pre-activation residual network (arXiv:1603.05027) in Gluon's form, with Gluon's keys.</summary>
/// <remarks>
/// <para>(N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and
/// classifier. Keys: features.0 (normalisation of the image, without gamma and beta), features.1 (convolution), features.2
/// (normalisation), features.5 to 8 (stages), features.9 (normalisation), output; with the CIFAR stem features.0, 1, 2 to 5, 6.</para>
/// <para>timm's resnetv2_* differ: no normalisation of the image, none and no ReLU between the stem's convolution and its
/// pool, a projection in the first stage too where channels differ, and other names.</para>
/// </remarks>
internal sealed class ResNetV2 : NamedModule, IFeatureExtractor
{
    private readonly Tower _features;
    private readonly Linear _output;

    /// <param name="bottleneck">Bottlenecks, or basic blocks.</param>
    /// <param name="blocksPerStage">Stage i (from 0) halves the resolution when i &gt; 0.</param>
    /// <param name="stem">7x7 and max pool, or one 3x3 (Gluon's thumbnail).</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="inputChannels">Channels of the image.</param>
    /// <param name="width">Channels of the stem; stage i has width * 2^i, times 4 with bottlenecks.</param>
    internal ResNetV2(bool bottleneck, IReadOnlyList<int> blocksPerStage, Stem stem, int classes, int inputChannels, int width = 64)
        : base(nameof(ResNetV2))
    {
        _features = Add("features", new Tower(bottleneck, blocksPerStage, stem, inputChannels, width));
        FeatureCount = (width << (blocksPerStage.Count - 1)) * (bottleneck ? Bottleneck.Expansion : 1);
        _output = Add("output", Linear(FeatureCount, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _output.call(features);                          // (N, classes)
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images) => _features.call(images);    // (N, FeatureCount)

    /// <summary>Everything but the classifier.</summary>
    private sealed class Tower : NamedModule
    {
        private readonly Func<Tensor, Tensor>[] _steps;

        internal Tower(bool bottleneck, IReadOnlyList<int> blocksPerStage, Stem stem, int inputChannels, int width)
            : base(nameof(Tower))
        {
            var place = 0;
            List<Func<Tensor, Tensor>> steps = [Next(BatchNorm2d(inputChannels, affine: false)).call];
            if (stem == Stem.Cifar)
            {
                steps.Add(Next(new SpatialConv2d(inputChannels, width, kernelSize: 3)).call);
            }
            else
            {
                var convolution = Next(new SpatialConv2d(inputChannels, width, kernelSize: 7, stride: 2));
                var norm = Next(BatchNorm2d(width));
                steps.Add(x => NormActivation.Plain(convolution, norm, x).relu_());                     // (N, width, H/2, W/2)
                steps.Add(x => functional.max_pool2d(x, 3, stride: 2, padding: 1));                     // (N, width, H/4, W/4)
                place += 2;                                                                             // ReLU and pool
            }

            var channels = width;
            foreach (var (stage, blocks) in blocksPerStage.Index())
            {
                var outChannels = (width << stage) * (bottleneck ? Bottleneck.Expansion : 1);
                steps.Add(Next(Stage(bottleneck, channels, outChannels, blocks, stride: stage == 0 ? 1 : 2)).call);
                channels = outChannels;
            }

            var lastNorm = Next(BatchNorm2d(channels));
            steps.Add(x => lastNorm.call(x).relu_());
            _steps = [.. steps];

            T Next<T>(T layer)
                where T : Module<Tensor, Tensor> => Add((place++).ToString(CultureInfo.InvariantCulture), layer);
        }

        public override Tensor forward(Tensor input)            // (N, C, H, W)
        {
            using var scope = NewDisposeScope();
            return Chain.Call(input, _steps).mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();
        }

        private static Sequential Stage(bool bottleneck, int inChannels, int channels, int blocks, int stride)
        {
            var children = Enumerable.Range(0, blocks).Select(i => (i.ToString(CultureInfo.InvariantCulture), Block(
                bottleneck, i == 0 ? inChannels : channels, channels, i == 0 ? stride : 1)));
            return Sequential([.. children]);
        }

        private static Module<Tensor, Tensor> Block(bool bottleneck, int inChannels, int channels, int stride) => bottleneck
            ? new PreActivationBottleneck(inChannels, channels, stride)
            : new PreActivationBasicBlock(inChannels, channels, stride, "downsample");
    }
}
