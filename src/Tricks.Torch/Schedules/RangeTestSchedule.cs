namespace Tricks.Torch.Schedules;

/// <summary>An exponential rise over all orders of magnitude in question, to find a learning rate (Smith, arXiv:1506.01186).</summary>
/// <param name="From">The rate of step 0, greater than 0.</param>
/// <param name="To">The rate of the last step, greater than <paramref name="From"/>.</param>
/// <param name="Steps">At least 2.</param>
public sealed record RangeTestSchedule(double From, double To, long Steps) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => From * Math.Pow(To / From, (double)step / (Steps - 1));
}
