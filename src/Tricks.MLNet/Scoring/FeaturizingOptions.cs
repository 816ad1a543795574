using Tricks.Torch.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>What an estimator tells the featurizer that it makes.</summary>
internal sealed record FeaturizingOptions
{
    /// <summary>Read: MLImage, encoded bytes, a path or a pixel vector.</summary>
    public string ImageColumn { get; init; } = "ImagePath";

    /// <summary>Written: the features.</summary>
    public string OutputColumn { get; init; } = "Features";

    /// <summary>How files become pixels.</summary>
    public ImageDecoderOptions Decoding { get; init; } = new();

    /// <summary>What happens to an image that cannot be read.</summary>
    public UnreadableImagePolicy UnreadableImages { get; init; } = UnreadableImagePolicy.Throw;

    /// <summary>Rows per forward, at least 1.</summary>
    public int BatchSize { get; init; } = 32;
}
