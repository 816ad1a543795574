using Tricks.MLNet.Images;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>What a trainer tells the transformer that it makes.</summary>
internal sealed record ScoringOptions
{
    /// <summary>Column names.</summary>
    public ScoringColumns Columns { get; init; } = new();

    /// <summary>What the image column held in training.</summary>
    public ImageColumnKind ImageKind { get; init; } = ImageColumnKind.Path;

    /// <summary>How files become pixels.</summary>
    public ImageDecoderOptions Decoding { get; init; } = new();

    /// <summary>What happens to an image that cannot be read in scoring.</summary>
    public UnreadableImagePolicy UnreadableImages { get; init; } = UnreadableImagePolicy.Throw;

    /// <summary>Rows per forward, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>A JSON object: the recipe and how the epochs went.</summary>
    public string TrainingRecord { get; init; } = "{}";

    /// <summary>Files or rows that training left out.</summary>
    public IReadOnlyList<string> SkippedImages { get; init; } = [];
}
