using System.Globalization;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>Numbers as reports write them.</summary>
internal static class Figures
{
    public static string MeanAndDeviation(ComparisonMetric metric, MetricSummary summary) =>
        summary.N == 0 ? "-" : summary.N == 1 ? metric.Text(summary.Mean)
        : metric == ComparisonMetric.LogLoss ? string.Create(CultureInfo.InvariantCulture, $"{summary.Mean:f4} ± {summary.StandardDeviation:f4}")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * summary.Mean:f2} ± {100 * summary.StandardDeviation:f2} %");

    public static string Range(ComparisonMetric metric, MetricSummary summary) =>
        summary.N == 0 ? "-" : $"{metric.Text(summary.Lowest)} to {metric.Text(summary.Highest)}";

    public static string Number(double value, string format) => double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);

    public static string Share(double? value) => value is { } known && !double.IsNaN(known) ? (100 * known).ToString("f1", CultureInfo.InvariantCulture) + " %" : "-";

    public static string Parameters(long? parameters) => parameters?.ToString("#,0", CultureInfo.InvariantCulture) ?? "-";

    public static string Probability(double p) => double.IsNaN(p) ? "-" : p < 0.001 ? "< 0.001" : p.ToString("f3", CultureInfo.InvariantCulture);

    public static string Verdict(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Better => "better",
        ComparisonVerdict.Worse => "worse",
        ComparisonVerdict.Noise => "noise: no difference shown",
        _ => "undecided",
    };
}
