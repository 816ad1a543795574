namespace Tricks.Torch.Training;

/// <summary>How well a number of rows was classified. Two of them add up to the metrics of all their rows.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="LossSum">The sum of the rows' cross entropies with hard labels (no smoothing, no mixing).</param>
/// <param name="Top1">Rows whose label has the highest score.</param>
/// <param name="TopK">Rows whose label is among the k highest scores.</param>
public readonly record struct ClassificationMetrics(long Rows, double LossSum, long Top1, long TopK)
{
    /// <summary>The mean cross entropy; NaN without rows.</summary>
    public double Loss => LossSum / Rows;

    /// <summary>The share of rows whose label has the highest score (top-1), in [0, 1]; NaN without rows.</summary>
    public double Accuracy => (double)Top1 / Rows;

    /// <summary>The share of rows whose label is among the k highest scores, in [0, 1]; NaN without rows.</summary>
    public double TopKAccuracy => (double)TopK / Rows;

    /// <summary>The metrics of the rows of both.</summary>
    public static ClassificationMetrics operator +(ClassificationMetrics a, ClassificationMetrics b) =>
        new(a.Rows + b.Rows, a.LossSum + b.LossSum, a.Top1 + b.Top1, a.TopK + b.TopK);

    /// <summary>The metrics of the rows of both; the same as the operator.</summary>
    public static ClassificationMetrics Add(ClassificationMetrics a, ClassificationMetrics b) => a + b;
}
