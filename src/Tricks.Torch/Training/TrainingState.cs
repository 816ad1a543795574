using System.Diagnostics;

namespace Tricks.Torch.Training;

/// <summary>Where a training stands between two steps, besides the tensors.</summary>
internal sealed class TrainingState
{
    private TimeSpan _timeBefore;

    /// <summary>The finished epochs.</summary>
    public List<EpochResult> Epochs { get; } = [];

    /// <summary>Steps taken in the epoch that follows them.</summary>
    public int StepInEpoch { get; private set; }

    /// <summary>The sum of that epoch's losses over its images so far.</summary>
    public double LossSum { get; private set; }

    /// <summary>Runs while the epoch's steps do.</summary>
    public Stopwatch Clock { get; } = new();

    /// <summary>The time of the epoch's steps, in this process and in those before it.</summary>
    public TimeSpan TrainingTime => _timeBefore + Clock.Elapsed;

    /// <summary>A step was taken.</summary>
    public void Add(double loss, int rows)
    {
        StepInEpoch++;
        LossSum += loss * rows;
    }

    /// <summary>The epoch is finished.</summary>
    public void Add(EpochResult epoch)
    {
        Epochs.Add(epoch);
        (StepInEpoch, LossSum, _timeBefore) = (0, 0, TimeSpan.Zero);
        Clock.Reset();
    }

    /// <summary>Stands where a checkpoint stood.</summary>
    public void Load(CheckpointState checkpoint)
    {
        Epochs.AddRange(checkpoint.Epochs);
        (StepInEpoch, LossSum, _timeBefore) = (checkpoint.StepInEpoch, checkpoint.LossSum, checkpoint.TrainingTime);
    }
}
