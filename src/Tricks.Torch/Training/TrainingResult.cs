namespace Tricks.Torch.Training;

/// <summary>How a training went; its best weights are in the network that was trained.</summary>
/// <param name="Epochs">Every finished epoch.</param>
/// <param name="BestEpoch">The epoch, from 1, whose weights the network now has; 0 if cancelled before the first was finished.</param>
/// <param name="End">Why it ended.</param>
public sealed record TrainingResult(IReadOnlyList<EpochResult> Epochs, int BestEpoch, TrainingEnd End)
{
    /// <summary>The metrics of the best epoch; null without validation rows or without a finished epoch.</summary>
    public ClassificationMetrics? BestValidation => BestEpoch > 0 ? Epochs[BestEpoch - 1].Validation : null;
}
