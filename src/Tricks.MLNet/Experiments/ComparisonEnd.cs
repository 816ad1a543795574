namespace Tricks.MLNet.Experiments;

/// <summary>Why a comparison ended.</summary>
public enum ComparisonEnd
{
    /// <summary>All trials were run.</summary>
    Finished,

    /// <summary><see cref="ComparisonOptions.TimeBudget"/> was over; the running trial was cancelled.</summary>
    TimeBudget,

    /// <summary><see cref="ComparisonOptions.EpochBudget"/> was used up.</summary>
    EpochBudget,

    /// <summary><see cref="ComparisonOptions.TrialBudget"/> was used up.</summary>
    TrialBudget,

    /// <summary>Cancelled; the running trial was dropped.</summary>
    Cancelled,
}
