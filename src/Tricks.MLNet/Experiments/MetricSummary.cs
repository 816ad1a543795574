namespace Tricks.MLNet.Experiments;

/// <summary>A metric over the finished trials of a candidate.</summary>
/// <param name="N">Number of trials that have it.</param>
/// <param name="Mean">NaN without a trial.</param>
/// <param name="StandardDeviation">Between trials, with n - 1; NaN for fewer than two.</param>
/// <param name="Lowest">NaN without a trial.</param>
/// <param name="Highest">NaN without a trial.</param>
public sealed record MetricSummary(int N, double Mean, double StandardDeviation, double Lowest, double Highest)
{
    /// <summary>Summarises values; NaN and null are left out.</summary>
    /// <param name="values">One for each trial.</param>
    public static MetricSummary Of(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().Where(v => !double.IsNaN(v)).ToArray();
        if (known.Length == 0)
            return new MetricSummary(0, double.NaN, double.NaN, double.NaN, double.NaN);
        var mean = known.Average();
        var deviation = known.Length < 2 ? double.NaN : Math.Sqrt(known.Sum(v => (v - mean) * (v - mean)) / (known.Length - 1));
        return new MetricSummary(known.Length, mean, deviation, known.Min(), known.Max());
    }
}
