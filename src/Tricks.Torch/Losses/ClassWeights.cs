namespace Tricks.Torch.Losses;

/// <summary>Weights for the classes of an uneven data set, so that rare ones count more in the loss.</summary>
/// <remarks>
/// w_c = n / n_c^p / sum_k n_k^(1 - p) for the n_c of n training rows that have class c: the weights of all rows add up to n, so
/// the learning rate keeps its meaning. p = 1 weighs by inverse frequency, n / (K n_c), after which every class counts
/// alike; p = 1/2 lies between; p = 0 weighs all by 1. Classes without rows have weight 0.
/// </remarks>
public static class ClassWeights
{
    /// <summary>The weight of each class.</summary>
    /// <param name="labels">The class number of each training row, 0..classes - 1; at least one.</param>
    /// <param name="classes">K.</param>
    /// <param name="power">p, in [0, 1]; 0 is off.</param>
    public static double[] Of(IReadOnlyList<int> labels, int classes, double power)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfZero(labels.Count);
        if (power is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(power), power, "The power of class weights must be in [0, 1]; 0 turns them off, 1 weighs by inverse frequency.");
        var counts = new double[classes];
        foreach (var label in labels)
            counts[label]++;
        var sum = counts.Where(count => count > 0).Sum(count => Math.Pow(count, 1 - power));
        return Array.ConvertAll(counts, count => count == 0 ? 0 : labels.Count / Math.Pow(count, power) / sum);
    }
}
