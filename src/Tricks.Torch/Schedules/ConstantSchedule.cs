namespace Tricks.Torch.Schedules;

/// <summary>The same rate at every step.</summary>
/// <param name="Rate">The learning rate.</param>
public sealed record ConstantSchedule(double Rate) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Rate;
}
