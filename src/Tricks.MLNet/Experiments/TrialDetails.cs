namespace Tricks.MLNet.Experiments;

/// <summary>One epoch of a training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainingLoss">The mean loss over the epoch, with smoothing and mixing.</param>
/// <param name="ValidationLoss">On the candidate's own validation rows; null without.</param>
/// <param name="ValidationAccuracy">On the candidate's own validation rows; null without.</param>
public sealed record EpochPoint(int Epoch, double TrainingLoss, double? ValidationLoss, double? ValidationAccuracy);

/// <summary>How many rows of a class were predicted as a class.</summary>
/// <param name="Label">The class number of the label.</param>
/// <param name="Predicted">The class number of the highest score.</param>
/// <param name="Count">Rows, at least 1.</param>
public sealed record ConfusionCount(int Label, int Predicted, int Count);

/// <summary>The rows whose confidence, the highest probability, lies in one of <see cref="Count"/> equal intervals of [0, 1].</summary>
/// <param name="Rows">How many.</param>
/// <param name="ConfidenceSum">The sum of their confidences.</param>
/// <param name="Right">How many of them were right.</param>
public sealed record CalibrationBin(int Rows, double ConfidenceSum, int Right)
{
    /// <summary>Intervals, as in Guo et al., "On Calibration of Modern Neural Networks" (arXiv:1706.04599).</summary>
    public const int Count = 15;
}

/// <summary>A wrong prediction.</summary>
/// <param name="Row">The row's number in the data, or in the test set where there is one.</param>
/// <param name="Label">The class number of the label.</param>
/// <param name="Predicted">The class number of the highest score.</param>
/// <param name="Confidence">The score of the predicted class.</param>
public sealed record Mistake(int Row, int Label, int Predicted, double Confidence);
