namespace Tricks.Torch.SelfSupervised;

/// <summary>What one epoch of pretraining did, for a progress display and for the record.</summary>
public sealed record SimClrEpoch
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The epochs of the recipe.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps taken so far, in this epoch and before.</summary>
    public required long Steps { get; init; }

    /// <summary>The mean NT-Xent of the epoch's batches, weighted by their images.</summary>
    public required double Loss { get; init; }

    /// <summary>Alignment, uniformity and the share of positives ranked first, the means over the epoch's batches, weighted by their images.</summary>
    public required EmbeddingMetrics Embeddings { get; init; }

    /// <summary>The learning rate of the last step of the epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How well the features tell classes apart; null where no probe was run.</summary>
    public ProbeResult? Probe { get; init; }

    /// <summary>Time of the steps of the epoch.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>Images (not views) per second of training time.</summary>
    public required double ImagesPerSecond { get; init; }
}
