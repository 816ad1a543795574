using System.Globalization;
using System.Text;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>The leaderboard as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Of(TrainerComparison comparison)
    {
        var (metric, topK) = (comparison.Metric, comparison.Options.TopK);
        var text = new StringBuilder();
        text.Append(comparison.Design).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| candidate | n | {metric.Name(topK)}, mean ± sd | lowest to highest | top-{topK} | training s | images/s trained | images/s scored | parameters |\n");
        text.Append("|---|---|---|---|---|---|---|---|---|\n");
        foreach (var result in comparison.Leaderboard)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(Display(result, comparison))} | {result.Trials.Count} | {Figures.MeanAndDeviation(metric, result.Metric)} | {Figures.Range(metric, result.Metric)} ");
            text.Append(CultureInfo.InvariantCulture, $"| {ComparisonMetric.TopKAccuracy.Text(result.TopKAccuracy.Mean)} | {Figures.Number(result.TrainingSeconds.Mean, "f1")} | {Figures.Number(result.TrainingImagesPerSecond.Mean, "f0")} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Figures.Number(result.ScoringImagesPerSecond.Mean, "f0")} | {Figures.Parameters(result.Parameters)} |\n");
        }

        var compared = comparison.Leaderboard.Where(r => r.Comparison is not null).ToList();
        if (compared.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n| candidate | {metric.Name(topK)} against {Cell(comparison.Baseline!.Name)} | p (Holm) | verdict |\n|---|---|---|---|\n");
            foreach (var result in compared)
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(result.Name)} | {result.Comparison} | {Figures.Probability(result.Comparison!.AdjustedPValue)} | {Figures.Verdict(result.Comparison.Verdict)} |\n");
        }

        foreach (var (i, note) in comparison.Notes.Index())
            text.Append(i == 0 ? "\n" : "").Append(CultureInfo.InvariantCulture, $"- {note.ReplaceLineEndings(" ")}\n");
        return text.ToString();
    }

    private static string Display(CandidateResult result, TrainerComparison comparison) =>
        result.Name + (result.Description.Length > 0 ? $" ({result.Description})" : "") + (result.Name == comparison.Baseline?.Name ? " (baseline)" : "");

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
