namespace Tricks.Torch.Training;

/// <summary>What one epoch did, for a progress display and for the record in a saved model.</summary>
public sealed record EpochResult
{
    /// <summary>The epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The epochs of the recipe.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps taken so far, in this epoch and before.</summary>
    public required long Steps { get; init; }

    /// <summary>The mean training loss of the epoch, with smoothing and mixing, over its images.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The learning rate of the last step of the epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Metrics on all validation rows with hard labels; null without validation rows.</summary>
    public ClassificationMetrics? Validation { get; init; }

    /// <summary>Whether the weights after this epoch are the best so far (without validation rows: always).</summary>
    public required bool IsBest { get; init; }

    /// <summary>The size of every parameter and of its gradients over the epoch; null unless <see cref="TrainingLoopOptions.RecordNormsEvery"/> is set.</summary>
    public IReadOnlyList<ParameterNorms>? Norms { get; init; }

    /// <summary>Time of the training steps of the epoch.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>Time of the validation after them.</summary>
    public required TimeSpan ValidationTime { get; init; }

    /// <summary>Training images per second of training time.</summary>
    public required double ImagesPerSecond { get; init; }
}
