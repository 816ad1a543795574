namespace Tricks.Torch.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs were trained.</summary>
    Finished,

    /// <summary>Validation had not improved for <see cref="TrainingRecipe.EarlyStoppingPatience"/> epochs.</summary>
    StoppedEarly,

    /// <summary>It was cancelled; the network has the best weights so far.</summary>
    Cancelled,
}
