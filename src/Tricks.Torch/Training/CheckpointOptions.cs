namespace Tricks.Torch.Training;

/// <summary>Where and how often a training is saved, so that it can be resumed after a crash with the result it would have had.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The folder of one training; made if it is missing. A training that finds checkpoints of itself there continues.</summary>
    public required string Folder { get; init; }

    /// <summary>How many checkpoints are kept. At least 1, default 3: if the newest is damaged, the one before serves.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>Also save after every so many steps; null (the default) saves after each epoch only. At least 1.</summary>
    public int? EverySteps { get; init; }

    /// <summary>Also save after a step when this time has passed since the last save; null (the default) does not. Greater than 0.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>
    /// Whether a training may go on to more epochs than it was begun with (a warm restart). Default false: another number of
    /// epochs is another recipe and is refused. The learning rate follows the schedule of the new number of epochs from there on.
    /// </summary>
    public bool ContinueWithMoreEpochs { get; init; }

    /// <summary>
    /// Further facts by name that must be equal for a training to be continued, such as the architecture's name. Recipe,
    /// preprocessing, seed, classes, rows and first weights are compared in any case. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Told in a sentence what was resumed, what was damaged, and what a warm restart does; null tells nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>One sentence for every option that is out of range.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Folder))
            yield return "CheckpointFolder is empty; name a folder, or leave it null to save no checkpoints.";
        if (Keep < 1)
            yield return $"CheckpointsKept is {Keep}; it must be at least 1. The usual value is 3.";
        if (EverySteps is < 1)
            yield return $"CheckpointEverySteps is {EverySteps}; it must be at least 1, or null to save after epochs only.";
        if (Every is { } time && time <= TimeSpan.Zero)
            yield return $"CheckpointEvery is {time}; it must be greater than 0, or null to save after epochs only.";
    }
}
