using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A residual network: stem, stages of residual blocks, global average pool, linear classifier.</summary>
/// <remarks>
/// [R] (arXiv:1512.03385) with the variants of BoT §4 (arXiv:1812.01187). (N, C, H, W) to logits (N, Classes), float32.
/// The network computes in the precision of its input (bfloat16 in, bfloat16 convolutions), with float32 weights,
/// pool and classifier. The names of the weights are torchvision's (A, B) and timm's (C, D).
/// </remarks>
public sealed class ResNet : Module<Tensor, Tensor>, IFeatureExtractor
{
    private readonly Module<Tensor, Tensor> conv1;
    private readonly BatchNorm2d bn1;
    private readonly Linear fc;
    private readonly Sequential[] _stages;
    private readonly bool _maxPool;

    /// <summary>Builds the network and draws its weights by <see cref="XavierInitialisation"/> with seed 0.</summary>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="ArgumentException">The options contradict their ranges.</exception>
    public ResNet(ResNetOptions options)
        : base(LoadedName())
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        conv1 = StemConvolution.Create(options);
        bn1 = BatchNorm2d(options.Width);
        _maxPool = options.Stem == Stem.ImageNet;
        _stages = [.. Enumerable.Range(0, options.BlocksPerStage.Count).Select(i => ResNetStage.Create(options, i))];
        fc = Linear(options.FeatureCount, options.Classes);

        // In the order of torchvision's state_dict.
        register_module("conv1", conv1);
        register_module("bn1", bn1);
        for (var i = 0; i < _stages.Length; i++)
            register_module($"layer{i + 1}", _stages[i]);
        register_module("fc", fc);
        RegisterComponents();
        XavierInitialisation.Apply(this, seed: 0);
    }

    /// <summary>The base constructor is the first to need libtorch.</summary>
    private static string LoadedName()
    {
        TorchBackend.EnsureLoaded();
        return nameof(ResNet);
    }

    /// <summary>What the network is made of.</summary>
    public ResNetOptions Options { get; }

    /// <inheritdoc/>
    public int FeatureCount => Options.FeatureCount;

    /// <summary>(N, C, H, W), contiguous or channels-last, to logits (N, Classes), float32, owned by the caller.</summary>
    public override Tensor forward(Tensor input)
    {
        using var features = Features(input);                       // (N, FeatureCount)
        return fc.call(features);                                   // (N, Classes)
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images)                           // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        var y = StemOutput(images);                                 // (N, Width, H/4, W/4) or, CIFAR, (N, Width, H, W)
        foreach (var stage in _stages)
        {
            var next = stage.call(y);                               // (N, c, h, w) to (N, 2c, h/2, w/2) but for the first
            y.Dispose();                                            // without gradients, frees the map before the next stage
            y = next;
        }

        return y.mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();  // (N, FeatureCount)
    }

    private Tensor StemOutput(Tensor x)                             // (N, C, H, W)
    {
        using var scope = NewDisposeScope();
        var y = NormActivation.Relu(conv1, bn1, x);                     // (N, Width, H/2, W/2) or, CIFAR, (N, Width, H, W)
        if (_maxPool)
            y = functional.max_pool2d(y, 3, stride: 2, padding: 1); // (N, Width, H/4, W/4)
        return y.MoveToOuterDisposeScope();
    }
}
