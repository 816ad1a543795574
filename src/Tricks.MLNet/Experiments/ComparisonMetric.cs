namespace Tricks.MLNet.Experiments;

/// <summary>What candidates are ranked and compared by.</summary>
public enum ComparisonMetric
{
    /// <summary>The share of test rows whose label has the highest score (top-1, micro accuracy).</summary>
    Accuracy,

    /// <summary>The mean over classes of the share of their rows that are right: small classes count as much as large ones.</summary>
    MacroAccuracy,

    /// <summary>The share of test rows whose label is among the k highest scores; k is <see cref="ComparisonOptions.TopK"/>.</summary>
    TopKAccuracy,

    /// <summary>The mean of -ln(probability of the label), each probability at least 1e-15. Lower is better.</summary>
    LogLoss,
}
