using System.Globalization;

namespace Tricks.MLNet.Experiments;

/// <summary>The difference between a candidate and the baseline over the trials that both finished: same rows, same seeds.</summary>
/// <remarks>
/// <see cref="Lower"/> and <see cref="Upper"/> hold for this comparison alone. Where several candidates are compared with one
/// baseline, one of many true zeros lies outside its interval more often than one of one: <see cref="Verdict"/> therefore rests on
/// <see cref="AdjustedPValue"/>, and <see cref="SimultaneousLower"/> to <see cref="SimultaneousUpper"/> are Bonferroni's intervals,
/// which all hold together at the level.
/// </remarks>
public sealed record PairedComparison
{
    /// <summary>What is compared.</summary>
    public required ComparisonMetric Metric { get; init; }

    /// <summary>How the interval was computed.</summary>
    public required IntervalMethod Method { get; init; }

    /// <summary>Number of pairs of trials.</summary>
    public required int N { get; init; }

    /// <summary>The mean of (candidate - baseline), in units of the metric: 0.01 is one point of accuracy. NaN without a pair.</summary>
    public required double Difference { get; init; }

    /// <summary>The standard deviation of the differences; NaN for fewer than two.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The standard error that the interval rests on, corrected where the method says so; NaN for fewer than two pairs, or for differences without spread.</summary>
    public required double StandardError { get; init; }

    /// <summary>The confidence level, such as 0.95.</summary>
    public required double Level { get; init; }

    /// <summary>The lower end of the interval of this comparison alone; NaN for fewer than two pairs, or for differences without spread.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper end of the interval of this comparison alone; NaN for fewer than two pairs, or for differences without spread.</summary>
    public required double Upper { get; init; }

    /// <summary>The two-sided p-value of this comparison alone: how often chance alone gives a difference this large. NaN for fewer than two pairs, or for differences without spread.</summary>
    public required double PValue { get; init; }

    /// <summary>The p-value after Holm's correction for all comparisons with the baseline (Holm, Scandinavian Journal of Statistics 6, 1979).</summary>
    public required double AdjustedPValue { get; init; }

    /// <summary>The lower end of Bonferroni's interval, which holds together with those of all other candidates.</summary>
    public required double SimultaneousLower { get; init; }

    /// <summary>The upper end of Bonferroni's interval, which holds together with those of all other candidates.</summary>
    public required double SimultaneousUpper { get; init; }

    /// <summary>Better, worse or noise, by the adjusted p-value.</summary>
    public required ComparisonVerdict Verdict { get; init; }

    /// <summary>Such as "+1.3 points, 95% interval 0.4 to 2.2, n = 5".</summary>
    public override string ToString() => double.IsNaN(Lower)
        ? string.Create(CultureInfo.InvariantCulture, $"{(N == 0 ? "no trial in common with the baseline" : Metric.Points(Difference, sign: true) + Metric.Unit() + ", no interval")}, n = {N}")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Metric.Points(Difference, sign: true)}{Metric.Unit()}, {100 * Level:0.##}% interval {Metric.Points(Lower)} to {Metric.Points(Upper)}, n = {N}");
}
