using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A VGG (arXiv:1409.1556): stages of 3x3 convolutions, each ended by a 2x2 max pool, and three linear layers; torchvision's keys.</summary>
/// <remarks>
/// (N, C, H, W) to logits (N, classes), float32; the convolutions compute in the precision of their input, the linear layers in
/// float32. As in torchvision the last map is averaged to 7 x 7, so that images of any size fit.
/// </remarks>
internal sealed class Vgg : NamedModule, IFeatureExtractor
{
    private const int PooledSize = 7;

    private readonly ConvolutionLayers _features;
    private readonly HiddenLayers _classifier;

    /// <param name="stages">The channels of each convolution of each stage.</param>
    /// <param name="norm">Whether batch normalisation follows each convolution.</param>
    /// <param name="hidden">Length of the two hidden layers.</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="inputChannels">Channels of the image.</param>
    internal Vgg(IReadOnlyList<int[]> stages, bool norm, int hidden, int classes, int inputChannels)
        : base(nameof(Vgg))
    {
        _features = Add("features", new ConvolutionLayers(stages, norm, inputChannels));
        _classifier = Add("classifier", new HiddenLayers(stages[^1][^1] * PooledSize * PooledSize, hidden, classes));
        FeatureCount = hidden;
    }

    /// <summary>Length of the second hidden layer, 4096 in VGG-16.</summary>
    public int FeatureCount { get; }

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _classifier.Last.call(features);                 // (N, classes)
    }

    /// <summary>The second hidden layer: (N, C, H, W) to (N, FeatureCount), float32, owned by the caller.</summary>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var map = _features.call(images).to(ScalarType.Float32);                    // (N, 512, H/32, W/32)
        var pooled = functional.adaptive_avg_pool2d(map, PooledSize).flatten(1);    // (N, 512*7*7)
        return _classifier.call(pooled).MoveToOuterDisposeScope();
    }

    /// <summary>torchvision's features: the keys count normalisations, activations and pools.</summary>
    private sealed class ConvolutionLayers : NamedModule
    {
        private readonly Func<Tensor, Tensor>[] _steps;

        internal ConvolutionLayers(IReadOnlyList<int[]> stages, bool norm, int inputChannels)
            : base(nameof(ConvolutionLayers))
        {
            List<Func<Tensor, Tensor>> steps = [];
            var (place, channels) = (0, inputChannels);
            foreach (var stage in stages)
            {
                foreach (var outChannels in stage)
                {
                    var convolution = Add(Key(place++), new SpatialConv2d(channels, outChannels, (3, 3), (1, 1), hasBias: true));
                    steps.Add(norm ? NormAndReLU(convolution, Add(Key(place++), BatchNorm2d(outChannels))) : x => convolution.call(x).relu_());
                    place++;                                                        // ReLU
                    channels = outChannels;
                }

                steps.Add(x => functional.max_pool2d(x, 2));
                place++;                                                            // pool
            }

            _steps = [.. steps];
        }

        private static Func<Tensor, Tensor> NormAndReLU(SpatialConv2d convolution, BatchNorm2d norm) =>
            x => NormActivation.Relu(convolution, norm, x);

        public override Tensor forward(Tensor input)            // (N, C, H, W)
        {
            using var scope = NewDisposeScope();
            return Chain.Call(input, _steps).MoveToOuterDisposeScope();
        }
    }

    /// <summary>torchvision's classifier: 0 linear, 1 ReLU, 2 dropout, 3, 4, 5 the same again, 6 linear.</summary>
    private sealed class HiddenLayers : NamedModule
    {
        private readonly Func<Tensor, Tensor>[] _steps;

        internal HiddenLayers(int inputs, int hidden, int classes)
            : base(nameof(HiddenLayers))
        {
            var first = Add(Key(0), Linear(inputs, hidden));
            var firstDropout = Add(Key(2), new SeededDropout(0.5));
            var second = Add(Key(3), Linear(hidden, hidden));
            var secondDropout = Add(Key(5), new SeededDropout(0.5));
            Last = Add(Key(6), Linear(hidden, classes));
            _steps = [x => first.call(x).relu_(), firstDropout.call, x => second.call(x).relu_(), secondDropout.call];
        }

        /// <summary>(N, hidden) to logits.</summary>
        internal Linear Last { get; }

        /// <summary>All but the last: (N, inputs) to (N, hidden).</summary>
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return Chain.Call(input, _steps).MoveToOuterDisposeScope();
        }
    }

    private static string Key(int place) => place.ToString(CultureInfo.InvariantCulture);
}
