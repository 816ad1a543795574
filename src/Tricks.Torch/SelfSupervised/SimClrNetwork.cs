using TorchSharp;
using Tricks.Torch.Models;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>What is pretrained: the encoder f, which is kept, and the projection head g, which is not.</summary>
/// <remarks>The encoder is the caller's; the head belongs to this object.</remarks>
public sealed class SimClrNetwork : IDisposable
{
    private readonly IFeatureExtractor _features;

    /// <summary>Puts a head on an encoder.</summary>
    /// <param name="encoder">Any architecture of the library, initialised, on its device; its classifier is not used.</param>
    /// <param name="recipe">The sizes of the head.</param>
    /// <param name="seed">The head's weights (Xavier) are a function of it.</param>
    /// <param name="device">Where the encoder is; the CPU by default.</param>
    /// <exception cref="ArgumentException">The encoder has no features to be had.</exception>
    public SimClrNetwork(Module<Tensor, Tensor> encoder, SimClrRecipe recipe, long seed = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(recipe);
        Encoder = encoder;
        _features = Of(encoder);
        Head = new ProjectionHead(_features.FeatureCount, recipe.HeadHiddenSize, recipe.HeadOutputSize, recipe.HeadLayers);
        XavierInitialisation.Apply(Head, ~seed); // the encoder draws from the seed itself
        Head.to(device ?? CPU);
        MemoryFormat.ToChannelsLast(encoder);
    }

    /// <summary>f: images to features h.</summary>
    public Module<Tensor, Tensor> Encoder { get; }

    /// <summary>g: features h to embeddings z.</summary>
    public ProjectionHead Head { get; }

    /// <summary>z = g(f(views)): (N, C, H, W) to (N, D), owned by the caller.</summary>
    public Tensor Embed(Tensor views)
    {
        using var h = _features.Features(views);
        return Head.call(h);
    }

    /// <summary>The parameters of both, named encoder.* and head.*, split by whether they decay: biases and normalisations do not (appendix B.6 of SimCLR).</summary>
    internal ParameterGroups Parameters()
    {
        var (encoder, head) = (ParameterGroups.Of(Encoder), ParameterGroups.Of(Head));
        return new ParameterGroups(
            [.. encoder.Decayed.Select(p => ($"encoder.{p.Name}", p.Value)), .. head.Decayed.Select(p => ($"head.{p.Name}", p.Value))],
            [.. encoder.NotDecayed.Select(p => ($"encoder.{p.Name}", p.Value)), .. head.NotDecayed.Select(p => ($"head.{p.Name}", p.Value))]);
    }

    /// <summary>All weights and buffers, named encoder.* and head.*; owned by the modules.</summary>
    internal IReadOnlyList<NamedTensor> State() =>
    [
        .. StateDict.Of(Encoder).Select(entry => entry with { Name = $"encoder.{entry.Name}" }),
        .. StateDict.Of(Head).Select(entry => entry with { Name = $"head.{entry.Name}" }),
    ];

    /// <summary>The encoder as what gives features.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static IFeatureExtractor Of(Module<Tensor, Tensor> encoder) => encoder as IFeatureExtractor ?? throw new ArgumentException(
        $"The encoder {encoder.GetName()} is no {nameof(IFeatureExtractor)}, so its features cannot be had. Build it from an Architecture, such as Architecture.ResNet18.",
        nameof(encoder));

    /// <summary>Frees the head.</summary>
    public void Dispose() => Head.Dispose();
}
