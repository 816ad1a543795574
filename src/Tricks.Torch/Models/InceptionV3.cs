using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception-v3 (arXiv:1512.00567), with torchvision's layers and keys.</summary>
/// <remarks>(N, C, H, W) to logits (N, classes), float32; it computes in the precision of its input, with float32 weights, pool and classifiers.</remarks>
internal sealed class InceptionV3 : NamedModule, IFeatureExtractor, IAuxiliaryClassifier
{
    private readonly Func<Tensor, Tensor>[] _lower;             // the image to the map that both classifiers read
    private readonly Func<Tensor, Tensor>[] _upper;
    private readonly InceptionAuxiliary _auxiliary;
    private readonly SeededDropout _dropout;
    private readonly Linear _fc;

    internal InceptionV3(int classes, int inputChannels)
        : base(nameof(InceptionV3))
    {
        _lower =
        [                                                                                          // at 299 pixels:
            Add("Conv2d_1a_3x3", new ConvNorm(inputChannels, 32, 3, stride: 2)).call,              // (N, 32, 149, 149)
            Add("Conv2d_2a_3x3", new ConvNorm(32, 32, 3)).call,                                    // (N, 32, 147, 147)
            Add("Conv2d_2b_3x3", new ConvNorm(32, 64, 3, padding: 1)).call,                        // (N, 64, 147, 147)
            MaxPool,                                                                               // (N, 64, 73, 73)
            Add("Conv2d_3b_1x1", new ConvNorm(64, 80)).call,                                       // (N, 80, 73, 73)
            Add("Conv2d_4a_3x3", new ConvNorm(80, 192, 3)).call,                                   // (N, 192, 71, 71)
            MaxPool,                                                                               // (N, 192, 35, 35)
            Add("Mixed_5b", InceptionModule.A(192, poolChannels: 32)).call,                        // (N, 256, 35, 35)
            Add("Mixed_5c", InceptionModule.A(256, poolChannels: 64)).call,                        // (N, 288, 35, 35)
            Add("Mixed_5d", InceptionModule.A(288, poolChannels: 64)).call,                        // (N, 288, 35, 35)
            Add("Mixed_6a", InceptionModule.B(288)).call,                                          // (N, 768, 17, 17)
            Add("Mixed_6b", InceptionModule.C(768, channels: 128)).call,
            Add("Mixed_6c", InceptionModule.C(768, channels: 160)).call,
            Add("Mixed_6d", InceptionModule.C(768, channels: 160)).call,
            Add("Mixed_6e", InceptionModule.C(768, channels: 192)).call,                           // (N, 768, 17, 17)
        ];
        _auxiliary = Add("AuxLogits", new InceptionAuxiliary(768, classes));
        _upper =
        [
            Add("Mixed_7a", InceptionModule.D(768)).call,                                           // (N, 1280, 8, 8)
            Add("Mixed_7b", InceptionModule.E(1280)).call,                                         // (N, 2048, 8, 8)
            Add("Mixed_7c", InceptionModule.E(2048)).call,                                         // (N, 2048, 8, 8)
        ];
        _dropout = Add("dropout", new SeededDropout(0.5));
        _fc = Add("fc", Linear(FeatureCount, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount => 2048;

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

    private Tensor Lower(Tensor images) => Chain.Call(images, _lower);                             // (N, 768, 17, 17)

    private Tensor Pooled(Tensor map) => Chain.Call(map, _upper).mean([2, 3], type: ScalarType.Float32); // (N, 2048)

    private Tensor Classify(Tensor map) => _fc.call(_dropout.call(Pooled(map)));                   // (N, classes)

    private static Tensor MaxPool(Tensor x) => functional.max_pool2d(x, 3, stride: 2);
}
