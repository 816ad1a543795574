using Tricks.Torch.Runtime;

namespace Tricks.Torch.Mixing;

/// <summary>Draws from the symmetric Beta distribution.</summary>
public static class BetaDistribution
{
    /// <summary>A draw from Beta(alpha, alpha), in [0, 1]: X / (X + Y) of two Gamma(alpha) draws.</summary>
    /// <remarks>
    /// Mean 1/2, variance 1 / (4 (2 alpha + 1)). Computed from logarithms: at small alpha both Gamma draws underflow.
    /// </remarks>
    /// <param name="alpha">Greater than 0.</param>
    /// <param name="random">Where the draws come from.</param>
    public static double Draw(double alpha, SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        var (x, y) = (LogGamma(alpha, random), LogGamma(alpha, random));
        return 1 / (1 + Math.Exp(y - x));
    }

    /// <summary>The logarithm of a Gamma(shape, 1) draw.</summary>
    /// <remarks>Marsaglia and Tsang (2000) for shape >= 1; below, Gamma(shape) = Gamma(shape + 1) * U^(1/shape).</remarks>
    private static double LogGamma(double shape, SeededRandom random)
    {
        if (shape < 1)
            return LogGamma(shape + 1, random) + (Math.Log(1 - random.NextDouble()) / shape);

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = random.NextGaussian();
            var v = Math.Pow(1 + (c * normal), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
                return Math.Log(d * v);
        }
    }
}
