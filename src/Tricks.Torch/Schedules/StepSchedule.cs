namespace Tricks.Torch.Schedules;

/// <summary>The rate is multiplied by a factor at each milestone (BoT §2.1: by 0.1 at epochs 30, 60 and 90 of 120).</summary>
/// <param name="Rate">The rate before the first milestone.</param>
/// <param name="Milestones">Steps from which on a further factor applies, in rising order.</param>
/// <param name="Factor">The factor, in (0, 1].</param>
public sealed record StepSchedule(double Rate, IReadOnlyList<long> Milestones, double Factor = 0.1) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Rate * Math.Pow(Factor, Milestones.Count(milestone => step >= milestone));
}
