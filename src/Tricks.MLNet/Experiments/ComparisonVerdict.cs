namespace Tricks.MLNet.Experiments;

/// <summary>What the trials say about a candidate beside the baseline.</summary>
public enum ComparisonVerdict
{
    /// <summary>Fewer than two trials in common: nothing can be said.</summary>
    TooFewTrials,

    /// <summary>The difference is within what chance does: no difference is shown.</summary>
    Noise,

    /// <summary>Better than the baseline, after correction for the number of candidates.</summary>
    Better,

    /// <summary>Worse than the baseline, after correction for the number of candidates.</summary>
    Worse,
}
