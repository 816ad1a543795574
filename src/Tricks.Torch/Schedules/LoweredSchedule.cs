namespace Tricks.Torch.Schedules;

/// <summary>Another schedule, multiplied by a factor from a step on.</summary>
/// <param name="Inner">The schedule.</param>
/// <param name="FirstStep">The first step that is multiplied, at least 0.</param>
/// <param name="Factor">What it is multiplied by.</param>
public sealed record LoweredSchedule(Schedule Inner, long FirstStep, double Factor) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Inner.At(step) * (step < FirstStep ? 1 : Factor);
}
