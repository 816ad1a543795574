using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A DenseNet-BC (arXiv:1608.06993, Table 1), with torchvision's keys.</summary>
/// <remarks>
/// (N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and
/// classifier. No dropout, as the paper with augmentation and as torchvision.
/// </remarks>
internal sealed class DenseNet : NamedModule, IFeatureExtractor
{
    private readonly Tower _features;
    private readonly Linear _classifier;

    /// <param name="layersPerBlock">Layers of each dense block; a transition stands between two.</param>
    /// <param name="growth">Channels that each layer adds; the stem has twice as many.</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="inputChannels">Channels of the image.</param>
    internal DenseNet(IReadOnlyList<int> layersPerBlock, int growth, int classes, int inputChannels)
        : base(nameof(DenseNet))
    {
        _features = Add("features", new Tower(layersPerBlock, growth, inputChannels));
        _classifier = Add("classifier", Linear(_features.Channels, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount => _features.Channels;

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _classifier.call(features);                      // (N, classes)
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images) => _features.call(images);    // (N, FeatureCount)

    /// <summary>Everything but the classifier.</summary>
    private sealed class Tower : NamedModule
    {
        private readonly Func<Tensor, Tensor>[] _steps;

        internal Tower(IReadOnlyList<int> layersPerBlock, int growth, int inputChannels)
            : base(nameof(Tower))
        {
            Channels = 2 * growth;
            var stem = Add("conv0", new SpatialConv2d(inputChannels, Channels, kernelSize: 7, stride: 2));
            var stemNorm = Add("norm0", BatchNorm2d(Channels));
            List<Func<Tensor, Tensor>> steps = [x => NormActivation.Plain(stem, stemNorm, x).relu_()];      // (N, 2*growth, H/2, W/2)
            steps.Add(x => functional.max_pool2d(x, 3, stride: 2, padding: 1));             // (N, 2*growth, H/4, W/4)
            foreach (var (block, layers) in layersPerBlock.Index())
            {
                if (block > 0)
                {
                    steps.Add(Add(Numbered("transition", block), new DenseTransition(Channels)).call);
                    Channels /= 2;
                }

                List<(string, Module<Tensor, Tensor>)> children = [];
                for (var layer = 1; layer <= layers; layer++)
                {
                    children.Add((Numbered("denselayer", layer), new DenseLayer(Channels, growth)));
                    Channels += growth;
                }

                steps.Add(Add(Numbered("denseblock", block + 1), Sequential([.. children])).call);
            }

            var lastNorm = Add(Numbered("norm", layersPerBlock.Count + 1), BatchNorm2d(Channels));
            steps.Add(x => lastNorm.call(x).relu_());
            _steps = [.. steps];
        }

        /// <summary>Channels of the last map.</summary>
        internal int Channels { get; }

        public override Tensor forward(Tensor input)            // (N, C, H, W)
        {
            using var scope = NewDisposeScope();
            return Chain.Call(input, _steps).mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();
        }

        private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number}");
    }
}
