using System.Globalization;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Training;

/// <content>Fine-tuning: which layers of a network that was trained before are trained again, and how fast.</content>
/// <remarks>
/// The head is the last fully connected layer, the backbone everything before it. "Dive into Deep Learning", fine-tuning
/// (d2l): a head of new classes at ten times the backbone's rate, or the backbone not at all.
/// </remarks>
public sealed partial record TrainingRecipe
{
    /// <summary>
    /// Whether only the head is trained. The backbone is then in evaluation mode, its batch normalisation's running statistics
    /// included, and its features are kept: <see cref="CachedViews"/>. Default false.
    /// </summary>
    public bool FreezeBackbone { get; init; }

    /// <summary>
    /// Under <see cref="FreezeBackbone"/>: how many random views of each training image go through the backbone, once each;
    /// epoch e trains on view e mod CachedViews. At least 0; 0 keeps nothing and runs the backbone in every epoch. Null (the
    /// default) is 1 where the augmentation draws nothing, otherwise 8. Never more than <see cref="Epochs"/>, and with that
    /// many the training is the one without the cache.
    /// </summary>
    public int? CachedViews { get; init; }

    /// <summary>The head's learning rate divided by the backbone's. Greater than 0, default 1 (off); d2l's value is 10.</summary>
    public double HeadRateFactor { get; init; } = 1;

    /// <summary>
    /// Epochs in which only the head is trained, with the backbone in evaluation mode, before all layers are. At least 0 and
    /// less than <see cref="Epochs"/>, default 0 (off).
    /// </summary>
    public int HeadFirstEpochs { get; init; }

    /// <summary>What the learning rate is multiplied by after <see cref="HeadFirstEpochs"/>. In (0, 1], default 0.1; without head-first epochs it has no effect.</summary>
    public double UnfrozenRateFactor { get; init; } = 0.1;

    /// <summary>
    /// The factor of the learning rate from each stage to the one before it: with S stages before the head, stage s (from 0) has
    /// the rate times LayerRateDecay^(S - s), the head times 1. In (0, 1], default 1 (off).
    /// </summary>
    /// <remarks>
    /// Howard and Ruder, arXiv:1801.06146 §3.2, in the form of BEiT and timm. A stage is a numbered part of the network
    /// (<c>conv1</c>, <c>layer1</c>, <c>blocks.3</c>); a normalisation belongs to the convolution before it.
    /// </remarks>
    public double LayerRateDecay { get; init; } = 1;

    /// <summary>The views that are kept: 0 when the backbone is trained or nothing is kept.</summary>
    /// <param name="augmentation">What is done to a training image.</param>
    internal int EffectiveCachedViews(Augmentation augmentation) => FreezeBackbone
        ? Math.Min(Epochs, CachedViews ?? (augmentation.DrawsNothing ? 1 : DefaultCachedViews))
        : 0;

    private const int DefaultCachedViews = 8;

    /// <summary>What needs the images themselves, and so cannot train on features that are kept.</summary>
    private IEnumerable<(string Option, double Value, string Why)> NotOnFeatures()
    {
        const string single = "it mixes images, and the features that are kept are those of single images";
        if (MixupAlpha > 0)
            yield return (nameof(MixupAlpha), MixupAlpha, single);
        if (CutMixAlpha > 0)
            yield return (nameof(CutMixAlpha), CutMixAlpha, single);
        if (InitialImageScale < 1)
            yield return (nameof(InitialImageScale), InitialImageScale, "the features that are kept would be those of the first epochs' small images");
    }

    private IEnumerable<string> FineTuningFaults()
    {
        if (CachedViews is < 0)
            yield return Fault(nameof(CachedViews), CachedViews.Value, "at least 0, or null; 0 runs the frozen backbone in every epoch");
        if (!(HeadRateFactor > 0 && double.IsFinite(HeadRateFactor)))
            yield return Fault(nameof(HeadRateFactor), HeadRateFactor, "a finite number greater than 0; 1 gives head and backbone one rate");
        if (HeadFirstEpochs < 0 || (HeadFirstEpochs > 0 && HeadFirstEpochs >= Epochs))
            yield return Fault(nameof(HeadFirstEpochs), HeadFirstEpochs, $"at least 0 and less than Epochs, which is {Epochs}; to train the head alone in all epochs, set FreezeBackbone");
        if (!(UnfrozenRateFactor is > 0 and <= 1))
            yield return Fault(nameof(UnfrozenRateFactor), UnfrozenRateFactor, "in (0, 1]; 1 leaves the rate as it is");
        if (!(LayerRateDecay is > 0 and <= 1))
            yield return Fault(nameof(LayerRateDecay), LayerRateDecay, "in (0, 1]; 1 gives all stages one rate");
        if (FreezeBackbone && HeadFirstEpochs > 0)
            yield return $"FreezeBackbone is true and HeadFirstEpochs is {HeadFirstEpochs}; the one never trains the backbone, the other trains it later. Set only one of them.";
        foreach (var (option, value, why) in FreezeBackbone && CachedViews != 0 ? NotOnFeatures() : [])
            yield return string.Create(CultureInfo.InvariantCulture, $"{option} is {value} with FreezeBackbone; {why}. Set CachedViews = 0 to run the backbone in every epoch, or switch {option} off.");
    }
}
