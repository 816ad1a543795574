using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception-v3 (arXiv:1512.00567), with torchvision's layers and keys, and a width multiplier on the channels.</summary>
/// <remarks>(N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and classifiers.</remarks>
internal sealed class InceptionV3 : NamedModule, IFeatureExtractor, IAuxiliaryClassifier
{
    private readonly Func<Tensor, Tensor>[] _lower;             // the image to the map that both classifiers read
    private readonly Func<Tensor, Tensor>[] _upper;
    private readonly InceptionAuxiliary _auxiliary;
    private readonly SeededDropout _dropout;
    private readonly Linear _fc;

    internal InceptionV3(double width, int classes, int inputChannels)
        : base(nameof(InceptionV3))
    {
        var channels = inputChannels;                           // of the map so far
        _lower =
        [                                                                                          // at 299 pixels and width 1:
            Unit("Conv2d_1a_3x3", 32, 3, stride: 2),                                               // (N, 32, 149, 149)
            Unit("Conv2d_2a_3x3", 32, 3),                                                          // (N, 32, 147, 147)
            Unit("Conv2d_2b_3x3", 64, 3, padding: 1),                                              // (N, 64, 147, 147)
            MaxPool,                                                                               // (N, 64, 73, 73)
            Pointwise("Conv2d_3b_1x1", 80),                                                        // (N, 80, 73, 73)
            Unit("Conv2d_4a_3x3", 192, 3),                                                         // (N, 192, 71, 71)
            MaxPool,                                                                               // (N, 192, 35, 35)
            Mixed("Mixed_5b", InceptionModule.A(channels, poolChannels: 32, width)),               // (N, 256, 35, 35)
            Mixed("Mixed_5c", InceptionModule.A(channels, poolChannels: 64, width)),               // (N, 288, 35, 35)
            Mixed("Mixed_5d", InceptionModule.A(channels, poolChannels: 64, width)),               // (N, 288, 35, 35)
            Mixed("Mixed_6a", InceptionModule.B(channels, width)),                                 // (N, 768, 17, 17)
            Mixed("Mixed_6b", InceptionModule.C(channels, middleChannels: 128, width)),
            Mixed("Mixed_6c", InceptionModule.C(channels, middleChannels: 160, width)),
            Mixed("Mixed_6d", InceptionModule.C(channels, middleChannels: 160, width)),
            Mixed("Mixed_6e", InceptionModule.C(channels, middleChannels: 192, width)),            // (N, 768, 17, 17)
        ];
        _auxiliary = Add("AuxLogits", new InceptionAuxiliary(channels, width, classes));
        _upper =
        [
            Mixed("Mixed_7a", InceptionModule.D(channels, width)),                                 // (N, 1280, 8, 8)
            Mixed("Mixed_7b", InceptionModule.E(channels, width)),                                 // (N, 2048, 8, 8)
            Mixed("Mixed_7c", InceptionModule.E(channels, width)),                                 // (N, 2048, 8, 8)
        ];
        _dropout = Add("dropout", new SeededDropout(0.5));
        FeatureCount = channels;
        _fc = Add("fc", Linear(channels, classes));

        Func<Tensor, Tensor> Unit(string key, int outChannels, int size, int padding = 0, int stride = 1) =>
            Then(key, new ConvNorm(channels, WidthMultiplier.Channels(outChannels, width), size, padding, stride));

        Func<Tensor, Tensor> Pointwise(string key, int outChannels) =>
            Then(key, new ConvNorm(channels, WidthMultiplier.Channels(outChannels, width)));

        Func<Tensor, Tensor> Then(string key, ConvNorm unit)
        {
            channels = unit.OutChannels;
            return Add(key, unit).call;
        }

        Func<Tensor, Tensor> Mixed(string key, InceptionModule module)
        {
            channels = module.OutChannels;
            return Add(key, module).call;
        }
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }                            // 2048 at width 1

    /// <summary>0.4, as in the authors' train_image_classifier.py (TF-Slim) and in PyTorch's fine-tuning tutorial; the paper (§4) names no weight.</summary>
    public double AuxiliaryLossWeight => 0.4;

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        return Classify(Lower(input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Logits, Tensor AuxiliaryLogits) CallWithAuxiliary(Tensor images)
    {
        using var scope = NewDisposeScope();
        var map = Lower(images);
        return (Classify(map).MoveToOuterDisposeScope(), _auxiliary.call(map).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images)                       // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        return Pooled(Lower(images)).MoveToOuterDisposeScope();
    }

    private Tensor Lower(Tensor images) => Chain.Call(images, _lower);                             // (N, 768 * width, 17, 17)

    private Tensor Pooled(Tensor map) => Chain.Call(map, _upper).mean([2, 3], type: ScalarType.Float32); // (N, FeatureCount)

    private Tensor Classify(Tensor map) => _fc.call(_dropout.call(Pooled(map)));                   // (N, classes)

    private static Tensor MaxPool(Tensor x) => functional.max_pool2d(x, 3, stride: 2);
}
