namespace Tricks.Torch.Training;

/// <summary>How the loss went while the learning rate rose.</summary>
/// <param name="Points">
/// Rate and loss of each step, the rate in units of <see cref="TrainingRecipe.LearningRate"/> (before linear scaling), the loss
/// smoothed.
/// </param>
public sealed record LearningRateCurve(IReadOnlyList<(double Rate, double Loss)> Points)
{
    private const int Window = 3; // points on each side over which a slope is taken

    /// <summary>
    /// The rate at which the loss falls fastest over the logarithm of the rate, before it is smallest; null where it never
    /// fell. Take it for <see cref="TrainingRecipe.LearningRate"/>; warm-up allows for somewhat more.
    /// </summary>
    public double? Suggestion
    {
        get
        {
            var lowest = Enumerable.Range(0, Points.Count).MinBy(i => Points[i].Loss);
            var slopes = Enumerable.Range(Window, Math.Max(0, lowest + 1 - (2 * Window)))
                .Select(i => (i, Slope: (Points[i + Window].Loss - Points[i - Window].Loss) / Math.Log(Points[i + Window].Rate / Points[i - Window].Rate)))
                .Where(slope => slope.Slope < 0).ToList();
            return slopes.Count == 0 ? null : Points[slopes.MinBy(slope => slope.Slope).i].Rate;
        }
    }
}
