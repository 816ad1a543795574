namespace Tricks.MLNet.Experiments;

/// <summary>How the interval of a difference is computed.</summary>
public enum IntervalMethod
{
    /// <summary>
    /// Paired t interval over independent seeds on one fixed test set: mean +- t * s / sqrt(n), n - 1 degrees of freedom.
    /// </summary>
    PairedT,

    /// <summary>
    /// Corrected resampled t interval for splits that share training rows: mean +- t * s * sqrt(1/n + test rows / training rows),
    /// n - 1 degrees of freedom.
    /// </summary>
    /// <remarks>
    /// Nadeau and Bengio, "Inference for the Generalization Error", Machine Learning 52 (2003), 239 to 281, for repeated random
    /// splits; Bouckaert and Frank, "Evaluating the Replicability of Significance Tests for Comparing Learning Algorithms",
    /// PAKDD 2004, for repeated folds. The plain interval leaves out the covariance of overlapping training sets and is too narrow.
    /// </remarks>
    CorrectedResampledT,
}
