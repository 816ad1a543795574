namespace Tricks.Torch.Schedules;

/// <summary>Half a cosine from the full rate towards zero: eta_t = (1 + cos(pi t / T)) eta / 2 (BoT §5.1).</summary>
/// <remarks>t runs over 0, 1, ..., T - 1, so the first step has the full rate and the last one slightly more than zero; beyond T it is zero.</remarks>
/// <param name="Rate">eta, the rate at step 0.</param>
/// <param name="Steps">T, the number of steps, at least 1; in the paper the batches after warm-up.</param>
public sealed record CosineSchedule(double Rate, long Steps) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => step >= Steps ? 0 : 0.5 * (1 + Math.Cos(Math.PI * step / Steps)) * Rate;
}
