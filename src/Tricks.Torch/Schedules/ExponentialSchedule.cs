namespace Tricks.Torch.Schedules;

/// <summary>The rate is multiplied by a factor after every epoch (BoT §5.1: by 0.94 in Inception's training).</summary>
/// <param name="Rate">The rate of the first epoch.</param>
/// <param name="StepsPerEpoch">Steps in an epoch, at least 1.</param>
/// <param name="Factor">The factor per epoch, in (0, 1].</param>
public sealed record ExponentialSchedule(double Rate, long StepsPerEpoch, double Factor = 0.94) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Rate * Math.Pow(Factor, step / StepsPerEpoch);
}
