namespace Tricks.MLNet.Experiments;

/// <summary>Paired t tests and intervals of several candidates against one baseline.</summary>
internal static class PairedTests
{
    /// <summary>Compares each list of differences with zero.</summary>
    /// <param name="differences">One list of (candidate - baseline) for each candidate.</param>
    /// <param name="metric">What the differences are of.</param>
    /// <param name="testTrainingRatio">
    /// Test rows / training rows of splits that share rows, for the corrected resampled t; null for independent seeds on a fixed test set.
    /// </param>
    /// <param name="level">The confidence level, in (0, 1).</param>
    public static IReadOnlyList<PairedComparison> Of(
        IReadOnlyList<IReadOnlyList<double>> differences, ComparisonMetric metric, double? testTrainingRatio, double level)
    {
        var alone = differences.Select(d => Alone(d, metric, testTrainingRatio, level, Math.Max(1, differences.Count(l => l.Count >= 2)))).ToArray();
        var adjusted = Holm([.. alone.Select(c => c.PValue)]);
        return [.. alone.Select((c, i) => c with { AdjustedPValue = adjusted[i], Verdict = Verdict(c, adjusted[i]) })];
    }

    /// <summary>Holm's step-down p-values; NaN stays NaN and is not counted.</summary>
    public static double[] Holm(IReadOnlyList<double> pValues)
    {
        var adjusted = Enumerable.Repeat(double.NaN, pValues.Count).ToArray();
        var order = Enumerable.Range(0, pValues.Count).Where(i => !double.IsNaN(pValues[i])).OrderBy(i => pValues[i]).ToArray();
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }

    private static PairedComparison Alone(
        IReadOnlyList<double> differences, ComparisonMetric metric, double? testTrainingRatio, double level, int comparisons)
    {
        var n = differences.Count;
        var mean = n == 0 ? double.NaN : differences.Average();
        var (deviation, error, half, simultaneous, p) = (double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        if (n >= 2)
            deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (n - 1));
        if (deviation > 1e-12 || (mean == 0 && n >= 2)) // equal differences other than 0: no measure of the noise
        {
            error = deviation * Math.Sqrt((1.0 / n) + (testTrainingRatio ?? 0));
            half = error * StudentT.TwoSidedQuantile(level, n - 1);
            simultaneous = error * StudentT.TwoSidedQuantile(1 - ((1 - level) / comparisons), n - 1);
            p = mean == 0 ? 1 : StudentT.TwoSidedProbability(mean / error, n - 1); // 0 / 0 is no evidence
        }

        return new PairedComparison
        {
            Metric = metric,
            Method = testTrainingRatio is null ? IntervalMethod.PairedT : IntervalMethod.CorrectedResampledT,
            N = n,
            Difference = mean,
            StandardDeviation = deviation,
            StandardError = error,
            Level = level,
            Lower = mean - half,
            Upper = mean + half,
            PValue = p,
            AdjustedPValue = double.NaN,
            SimultaneousLower = mean - simultaneous,
            SimultaneousUpper = mean + simultaneous,
            Verdict = ComparisonVerdict.Undecided,
        };
    }

    private static ComparisonVerdict Verdict(PairedComparison comparison, double adjustedPValue) =>
        double.IsNaN(adjustedPValue) ? ComparisonVerdict.Undecided
        : adjustedPValue >= 1 - comparison.Level ? ComparisonVerdict.Noise
        : comparison.Difference * comparison.Metric.Sign() > 0 ? ComparisonVerdict.Better
        : ComparisonVerdict.Worse;
}
