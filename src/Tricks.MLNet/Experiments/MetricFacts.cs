using System.Globalization;

namespace Tricks.MLNet.Experiments;

/// <summary>How the values of a metric are read, ordered and written.</summary>
internal static class MetricFacts
{
    /// <summary>The value of a finished trial; NaN where it has none.</summary>
    public static double Of(this ComparisonMetric metric, TrialResult trial) => metric switch
    {
        ComparisonMetric.Accuracy => trial.Accuracy,
        ComparisonMetric.MacroAccuracy => trial.MacroAccuracy,
        ComparisonMetric.TopKAccuracy => trial.TopKAccuracy,
        _ => trial.LogLoss ?? double.NaN,
    };

    /// <summary>1 where more is better, -1 where less is.</summary>
    public static int Sign(this ComparisonMetric metric) => metric == ComparisonMetric.LogLoss ? -1 : 1;

    public static string Name(this ComparisonMetric metric, int topK) => metric switch
    {
        ComparisonMetric.Accuracy => "accuracy",
        ComparisonMetric.MacroAccuracy => "macro accuracy",
        ComparisonMetric.TopKAccuracy => $"top-{topK} accuracy",
        _ => "log-loss",
    };

    /// <summary>A value: accuracies in percent, log-loss as it is.</summary>
    public static string Text(this ComparisonMetric metric, double value) => double.IsNaN(value) ? "-" : metric == ComparisonMetric.LogLoss
        ? value.ToString("f4", CultureInfo.InvariantCulture)
        : (100 * value).ToString("f2", CultureInfo.InvariantCulture) + " %";

    /// <summary>A difference without its unit: percentage points, or log-loss as it is.</summary>
    public static string Points(this ComparisonMetric metric, double value, bool sign = false)
    {
        var text = metric == ComparisonMetric.LogLoss
            ? value.ToString("f4", CultureInfo.InvariantCulture)
            : (100 * value).ToString("f1", CultureInfo.InvariantCulture);
        return sign && value >= 0 ? "+" + text : text;
    }

    public static string Unit(this ComparisonMetric metric) => metric == ComparisonMetric.LogLoss ? "" : " points";
}
