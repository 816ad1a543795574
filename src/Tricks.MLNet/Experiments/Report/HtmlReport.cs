using System.Globalization;
using System.Net;
using System.Text;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>A comparison as one HTML page without scripts, links or files beside it.</summary>
internal sealed class HtmlReport
{
    private readonly TrainerComparison _comparison;
    private readonly IReadOnlyDictionary<int, byte[]> _pictures;
    private readonly Dictionary<string, string> _colors;
    private readonly StringBuilder _html = new();

    private HtmlReport(TrainerComparison comparison)
    {
        _comparison = comparison;
        _pictures = Thumbnails.Read(
            comparison.TestedRows, comparison.Options.ImageColumnName, [.. comparison.Leaderboard.SelectMany(r => Shown(r).Select(m => m.Row)).Distinct()]);
        _colors = comparison.Leaderboard.Index().ToDictionary(r => r.Item.Name, r => SvgCanvas.Color(r.Index));
    }

    public static string Of(TrainerComparison comparison, string title)
    {
        var report = new HtmlReport(comparison);
        report.Write(title);
        return report._html.ToString();
    }

    private void Write(string title)
    {
        Raw($"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'><title>{Text(title)}</title>\n<style>{HtmlStyle.Css}</style></head><body>\n");
        Raw($"<h1>{Text(title)}</h1>\n<p>{Text(_comparison.Design)}</p>\n");
        Leaderboard();
        Section("Differences to the baseline", Charts.Differences(_comparison), "A line is the interval of one comparison. Green and red: the difference exceeds the noise after correction for the number of candidates; gray: it does not.");
        Section("All trials", Charts.Trials(_comparison, ColorOf), "A dot is a trial, the bar the mean.");
        Curves();
        if (_comparison.Notes.Count > 0)
            Raw($"<h2>Notes</h2><ul>{string.Concat(_comparison.Notes.Select(note => $"<li>{Text(note)}</li>"))}</ul>\n");
        Raw($"<h2>Candidates</h2>\n");
        foreach (var (i, result) in _comparison.Leaderboard.Index())
            new CandidateSection(_comparison, result, [.. Shown(result)], _pictures, _html).Write(ColorOf(result.Name), open: i == 0);
        Trials();
        Raw($"<footer>Written by Tricks.MLNet. This page needs no network.</footer></body></html>\n");
    }

    private void Leaderboard()
    {
        var (metric, topK) = (_comparison.Metric, _comparison.Options.TopK);
        Raw($"<h2>Leaderboard</h2><div class='scroll'><table><thead><tr><th>#</th><th class='text'>candidate</th><th>n</th><th>{Text(metric.Name(topK))}<br>mean ± sd</th><th>top-{topK}</th><th>log-loss</th><th>ECE</th><th>training s</th><th>images/s<br>trained</th><th>images/s<br>scored</th><th>parameters</th><th class='text'>against {Text(_comparison.Baseline?.Name ?? "the baseline")}</th><th class='text'>verdict</th></tr></thead><tbody>\n");
        foreach (var (i, result) in _comparison.Leaderboard.Index())
        {
            Raw($"<tr><td>{i + 1}</td><td class='text'><span class='dot' style='background:{ColorOf(result.Name)}'></span>{Text(result.Name)}{(result.Description.Length > 0 ? $"<br><small>{Text(result.Description)}</small>" : "")}</td>");
            Raw($"<td>{result.Trials.Count}</td><td><b>{Text(Figures.MeanAndDeviation(metric, result.Metric))}</b></td><td>{Text(ComparisonMetric.TopKAccuracy.Text(result.TopKAccuracy.Mean))}</td>");
            Raw($"<td>{Figures.Number(result.LogLoss.Mean, "f4")}</td><td>{Figures.Number(result.ExpectedCalibrationError ?? double.NaN, "f4")}</td><td>{Figures.Number(result.TrainingSeconds.Mean, "f1")}</td><td>{Figures.Number(result.TrainingImagesPerSecond.Mean, "f0")}</td><td>{Figures.Number(result.ScoringImagesPerSecond.Mean, "f0")}</td><td>{Figures.Parameters(result.Parameters)}</td>");
            Raw($"<td class='text'>{Text(result.Comparison?.ToString() ?? "")}</td><td class='text'>{Verdict(result)}</td></tr>\n");
        }

        Raw($"</tbody></table></div>\n");
    }

    private string Verdict(CandidateResult result) => result.Comparison is { } comparison
        ? $"<span class='{comparison.Verdict.ToString().ToLowerInvariant()}'>{Text(Figures.Verdict(comparison.Verdict))}</span>"
        : result.Name == _comparison.Baseline?.Name ? "baseline" : "";

    private void Curves()
    {
        var loss = Charts.Curves(_comparison, "training loss", p => p.TrainingLoss, v => v.ToString("0.##", CultureInfo.InvariantCulture), ColorOf);
        var accuracy = Charts.Curves(_comparison, "validation accuracy", p => p.ValidationAccuracy, v => (100 * v).ToString("0.#", CultureInfo.InvariantCulture) + " %", ColorOf);
        var legend = string.Concat(_comparison.Leaderboard.Where(r => r.Trials.Any(t => t.Curve.Count > 1))
            .Select(r => $"<span class='key'><span class='dot' style='background:{ColorOf(r.Name)}'></span>{Text(r.Name)}</span>"));
        Section("Curves", $"{loss}{accuracy}<p>{legend}</p>", "Means over the trials of a candidate. Losses include smoothing and mixing, so they compare only between candidates of the same loss. Validation rows are those that the candidate itself split off its training rows.", loss.Length + accuracy.Length > 0);
    }

    private void Trials()
    {
        Raw($"<details><summary>All {_comparison.Trials.Count} trials</summary><div class='scroll'><table><thead><tr><th class='text'>candidate</th><th class='text'>part</th><th>seed</th><th>accuracy</th><th>top-{_comparison.Options.TopK}</th><th>training s</th><th>epochs</th><th class='text'>failure</th></tr></thead><tbody>\n");
        foreach (var trial in _comparison.Trials)
        {
            var part = trial.Rung > 0 ? $"rung {trial.Rung} of the search" : $"repeat {trial.Repeat + 1}, fold {trial.Fold + 1}";
            var failed = trial.State == TrialState.Failed;
            Raw($"<tr><td class='text'>{Text(trial.Candidate)}{(trial.Rung > 0 ? $"<br><small>{Text(trial.Description)}</small>" : "")}</td><td class='text'>{part}</td><td>{trial.Seed}</td><td>{(failed ? "-" : Figures.Share(trial.Accuracy))}</td><td>{(failed ? "-" : Figures.Share(trial.TopKAccuracy))}</td><td>{Figures.Number(trial.TrainingSeconds, "f1")}</td><td>{trial.Epochs}</td><td class='text worse'>{Text(trial.Error ?? "")}</td></tr>\n");
        }

        Raw($"</tbody></table></div></details>\n");
    }

    private void Section(string title, string drawing, string legend, bool present = true)
    {
        if (present && drawing.Length > 0)
            Raw($"<h2>{Text(title)}</h2><div class='scroll'>{drawing}</div><p class='legend'>{Text(legend)}</p>\n");
    }

    private IEnumerable<Mistake> Shown(CandidateResult result) => result.WorstMistakes.Take(_comparison.Options.WorstMistakes);

    private string ColorOf(string candidate) => _colors[candidate];

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private void Raw(FormattableString html) => _html.Append(FormattableString.Invariant(html));
}
