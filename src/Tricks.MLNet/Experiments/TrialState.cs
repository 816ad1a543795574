namespace Tricks.MLNet.Experiments;

/// <summary>How a trial ended. A cancelled one leaves no result.</summary>
public enum TrialState
{
    /// <summary>Trained and evaluated.</summary>
    Completed,

    /// <summary>An exception ended it; the comparison went on.</summary>
    Failed,
}
