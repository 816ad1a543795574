namespace Tricks.Torch.Schedules;

/// <summary>A linear rise to the full rate before another schedule begins: i eta / m at batch i = 1, ..., m (BoT §3.1).</summary>
/// <remarks>At m = 0 it is the other schedule.</remarks>
/// <param name="Steps">m, the number of warm-up steps, at least 0.</param>
/// <param name="Then">What follows; its step 0 is the first step after the warm-up, and its rate there is eta.</param>
public sealed record Warmup(long Steps, Schedule Then) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => step < Steps ? (step + 1) * Then.At(0) / Steps : Then.At(step - Steps);
}
