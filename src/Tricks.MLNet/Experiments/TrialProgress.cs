namespace Tricks.MLNet.Experiments;

/// <summary>What happened to a trial.</summary>
public enum TrialEvent
{
    /// <summary>It begins to train.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Completed,

    /// <summary>An exception ended it; the comparison goes on.</summary>
    Failed,

    /// <summary>Its result was read from the file of an earlier run.</summary>
    Restored,
}

/// <summary>Told at the begin and at the end of each trial, on the thread of the comparison.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Candidate">The candidate's name.</param>
/// <param name="Trial">Number of the trial, from 1.</param>
/// <param name="Trials">Trials that are planned.</param>
/// <param name="Result">The result; null while it runs.</param>
/// <param name="IsBest">Whether it is the best trial of the comparison so far.</param>
public sealed record TrialProgress(TrialEvent Event, string Candidate, int Trial, int Trials, TrialResult? Result, bool IsBest);
