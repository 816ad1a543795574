namespace Tricks.Torch.Training;

/// <summary>What a cancelled training gives.</summary>
public enum CancellationBehavior
{
    /// <summary>An <see cref="OperationCanceledException"/>. The default, as everywhere in .NET.</summary>
    Throw,

    /// <summary>The best weights so far, if at least one epoch is finished; otherwise the exception.</summary>
    ReturnBest,
}
