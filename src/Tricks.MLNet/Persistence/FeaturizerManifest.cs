using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Persistence;

/// <summary>Everything of a saved featurizer except its weights; plain data, in which no type is named.</summary>
internal sealed record FeaturizerManifest
{
    /// <summary>The format that is written. A reader refuses what is newer.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>1 for everything described here.</summary>
    public required int FormatVersion { get; init; }

    /// <summary><c>Architecture.Name</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the network's own classifier, which features do not read.</summary>
    public required int Classes { get; init; }

    /// <summary>What happens to an image before the network sees it.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The column that is read.</summary>
    public required string ImageColumn { get; init; }

    /// <summary>The column that is added.</summary>
    public required string OutputColumn { get; init; }

    /// <summary>How files become pixels.</summary>
    public required ManifestDecoding Decoding { get; init; }

    /// <summary>What happens to an image that cannot be read.</summary>
    public required UnreadableImagePolicy UnreadableImages { get; init; }

    /// <summary>Rows per forward.</summary>
    public required int BatchSize { get; init; }
}
