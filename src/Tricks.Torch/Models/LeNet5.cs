using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>LeNet-5 (LeCun et al., "Gradient-based learning applied to document recognition", 1998), the smallest baseline.</summary>
/// <remarks>
/// (N, C, H, W) to logits (N, classes), float32: 5x5 convolutions with 6 and 16 channels, each with tanh and a 2x2 average pool, and
/// linear layers of 120, 84 and classes. What is usually changed is changed: every map of the second convolution reads all
/// maps of the first, the pools have no weights, and the last layer gives logits. Maps of other images than 32 x 32 are averaged to 5 x 5.
/// </remarks>
internal sealed class LeNet5 : NamedModule, IFeatureExtractor
{
    private const int PooledSize = 5;

    private readonly SpatialConv2d _conv1;
    private readonly SpatialConv2d _conv2;
    private readonly Linear _fc1;
    private readonly Linear _fc2;
    private readonly Linear _fc3;

    internal LeNet5(int classes, int inputChannels)
        : base(nameof(LeNet5))
    {
        _conv1 = Add("conv1", new SpatialConv2d(inputChannels, 6, (5, 5), padding: (0, 0), hasBias: true));
        _conv2 = Add("conv2", new SpatialConv2d(6, 16, (5, 5), padding: (0, 0), hasBias: true));
        _fc1 = Add("fc1", Linear(16 * PooledSize * PooledSize, 120));
        _fc2 = Add("fc2", Linear(120, FeatureCount));
        _fc3 = Add("fc3", Linear(FeatureCount, classes));
    }

    /// <inheritdoc/>
    public int FeatureCount => 84;

    public override Tensor forward(Tensor input)                // (N, C, H, W)
    {
        using var features = Features(input);
        return _fc3.call(features);                             // (N, classes)
    }

    /// <summary>The second hidden layer: (N, C, H, W) to (N, 84), float32, owned by the caller.</summary>
    public Tensor Features(Tensor images)                       // (N, C, 32, 32)
    {
        using var scope = NewDisposeScope();
        var y = functional.avg_pool2d(_conv1.call(images).tanh_(), 2);                  // (N, 6, 14, 14)
        y = _conv2.call(y).tanh_().to(ScalarType.Float32);                              // (N, 16, 10, 10)
        y = functional.adaptive_avg_pool2d(functional.avg_pool2d(y, 2), PooledSize);    // (N, 16, 5, 5)
        y = _fc1.call(y.flatten(1)).tanh_();                                            // (N, 120)
        return _fc2.call(y).tanh_().MoveToOuterDisposeScope();
    }
}
