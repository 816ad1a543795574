using System.Globalization;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>The drawings of a report; each empty where there is nothing to draw.</summary>
internal static class Charts
{
    private const double RowHeight = 26;

    /// <summary>Every trial of every candidate as a dot, the mean as a bar.</summary>
    public static string Trials(TrainerComparison comparison, Func<string, string> colorOf)
    {
        var results = comparison.Leaderboard.Where(r => r.Metric.N > 0).ToList();
        if (results.Count == 0)
            return "";
        var metric = comparison.Metric;
        var canvas = Rows(results, Range(results.Min(r => r.Metric.Lowest), results.Max(r => r.Metric.Highest)));
        canvas.XAxis(metric.Name(comparison.Options.TopK), value => Tick(metric, value));
        foreach (var (i, result) in results.Index())
        {
            var y = results.Count - i;
            canvas.RowLabel(y, Short(result.Name));
            foreach (var trial in result.Trials)
                canvas.Dot(metric.Of(trial), y, colorOf(result.Name), $"{result.Name}, repeat {trial.Repeat + 1}, fold {trial.Fold + 1}: {metric.Text(metric.Of(trial))}");
            canvas.Line(result.Metric.Mean, y - 0.35, result.Metric.Mean, y + 0.35, "#24292f", 2);
        }

        return canvas.Close("All trials of each candidate");
    }

    /// <summary>The difference of each candidate to the baseline with its interval.</summary>
    public static string Differences(TrainerComparison comparison)
    {
        var results = comparison.Leaderboard.Where(r => r.Comparison is { Lower: not double.NaN }).ToList();
        if (results.Count == 0)
            return "";
        var metric = comparison.Metric;
        var comparisons = results.ConvertAll(r => r.Comparison!);
        var canvas = Rows(results, Range(Math.Min(0, comparisons.Min(c => c.Lower)), Math.Max(0, comparisons.Max(c => c.Upper))));
        canvas.XAxis($"{metric.Name(comparison.Options.TopK)} against {comparison.Baseline!.Name}{(metric.Unit().Length > 0 ? ", points" : "")}", value => metric.Points(value, sign: value > 0));
        canvas.Line(0, 0, 0, results.Count + 1, "#57606a", 1, "4 3");
        foreach (var (i, result) in results.Index())
        {
            var (y, c) = (results.Count - i, comparisons[i]);
            var color = c.Verdict switch { ComparisonVerdict.Better => "#1a7f37", ComparisonVerdict.Worse => "#cf222e", _ => "#8c959f" };
            canvas.RowLabel(y, Short(result.Name));
            canvas.Line(c.Lower, y, c.Upper, y, color, 3);
            canvas.Dot(c.Difference, y, color, $"{result.Name}: {c}", 5);
        }

        return canvas.Close("Differences to the baseline with intervals");
    }

    /// <summary>A value of each epoch, the mean over a candidate's trials.</summary>
    public static string Curves(TrainerComparison comparison, string title, Func<EpochPoint, double?> value, Func<double, string> text, Func<string, string> colorOf)
    {
        var curves = comparison.Leaderboard.Select(r => (r.Name, Points: Mean(r, value))).Where(c => c.Points.Count > 1).ToList();
        if (curves.Count == 0)
            return "";
        var all = curves.SelectMany(c => c.Points).ToList();
        var canvas = new SvgCanvas(520, 280, (1, all.Max(p => p.Epoch)), Range(all.Min(p => p.Value), all.Max(p => p.Value)));
        canvas.XAxis($"epoch; {title}", tick => tick.ToString("0", CultureInfo.InvariantCulture), leastStep: 1);
        canvas.YAxis(text);
        foreach (var (name, points) in curves)
            canvas.Path(points, colorOf(name));
        return canvas.Close(title);
    }

    /// <summary>Accuracy beside confidence: a calibrated model is on the diagonal.</summary>
    public static string Reliability(CandidateResult result)
    {
        if (result.Calibration.Count == 0)
            return "";
        var canvas = new SvgCanvas(300, 280, (0, 1), (0, 1), left: 48);
        canvas.XAxis("confidence", tick => tick.ToString("0.##", CultureInfo.InvariantCulture));
        canvas.YAxis(tick => tick.ToString("0.##", CultureInfo.InvariantCulture));
        foreach (var (i, bin) in result.Calibration.Index().Where(b => b.Item.Rows > 0))
        {
            var accuracy = (double)bin.Right / bin.Rows;
            canvas.Bar(
                (double)i / CalibrationBin.Count,
                (i + 1.0) / CalibrationBin.Count,
                accuracy,
                "#9cc3f5",
                string.Create(CultureInfo.InvariantCulture, $"{bin.Rows} rows, mean confidence {bin.ConfidenceSum / bin.Rows:f3}, accuracy {accuracy:f3}"));
        }

        canvas.Line(0, 0, 1, 1, "#57606a", 1, "4 3");
        return canvas.Close($"Reliability diagram of {result.Name}");
    }

    private static SvgCanvas Rows(List<CandidateResult> results, (double, double) range) => new(
        820, (RowHeight * (results.Count + 1)) + 52, range, (0.3, results.Count + 0.7), left: 40 + (7 * Math.Min(44, results.Max(r => r.Name.Length))));

    private static List<(double Epoch, double Value)> Mean(CandidateResult result, Func<EpochPoint, double?> value) =>
    [
        .. result.Trials.SelectMany(t => t.Curve).Select(p => (p.Epoch, Value: value(p)))
            .Where(p => p.Value is { } known && double.IsFinite(known))
            .GroupBy(p => p.Epoch).OrderBy(g => g.Key).Select(g => ((double)g.Key, g.Average(p => p.Value!.Value))),
    ];

    /// <summary>A little wider than the values, and never empty.</summary>
    private static (double Low, double High) Range(double low, double high)
    {
        var margin = Math.Max(0.06 * (high - low), 0.005); // half a point of accuracy
        return (low - margin, high + margin);
    }

    private static string Tick(ComparisonMetric metric, double value) => metric == ComparisonMetric.LogLoss
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : (100 * value).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static string Short(string name) => name.Length <= 44 ? name : name[..43] + "…";
}
