namespace Tricks.MLNet.Experiments;

/// <summary>What the trials say about a candidate beside the baseline.</summary>
public enum ComparisonVerdict
{
    /// <summary>Nothing can be said: fewer than two trials in common, or one and the same difference in all of them, which gives no measure of the noise.</summary>
    Undecided,

    /// <summary>The difference is within what chance does: no difference is shown.</summary>
    Noise,

    /// <summary>Better than the baseline, after correction for the number of candidates.</summary>
    Better,

    /// <summary>Worse than the baseline, after correction for the number of candidates.</summary>
    Worse,
}
