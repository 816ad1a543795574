namespace Tricks.Torch.Schedules;

/// <summary>A learning rate as a pure function of the step: resuming needs one integer and no state.</summary>
public abstract record Schedule
{
    /// <summary>The rate of a step.</summary>
    /// <param name="step">Optimizer steps taken before this one, from 0.</param>
    public abstract double At(long step);
}
