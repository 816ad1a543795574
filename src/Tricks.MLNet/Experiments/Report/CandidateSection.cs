using System.Globalization;
using System.Net;
using System.Text;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>What the page says of one candidate: classes, confusion, calibration, worst mistakes.</summary>
internal sealed class CandidateSection(
    TrainerComparison comparison, CandidateResult result, IReadOnlyList<Mistake> mistakes, IReadOnlyDictionary<int, byte[]> pictures, StringBuilder html)
{
    private const int LargestMatrix = 30;

    private IReadOnlyList<string> Names => comparison.ClassNames;

    public void Write(string color, bool open)
    {
        Raw($"<details{(open ? " open='open'" : "")}><summary><span class='dot' style='background:{color}'></span>{Text(result.Name)}: {Text(Figures.MeanAndDeviation(comparison.Metric, result.Metric))}</summary>\n");
        if (result.Trials.Count == 0)
        {
            Raw($"<p>No trial was finished. {Text(result.FailedTrials.Count > 0 ? result.FailedTrials[0].Error ?? "" : "")}</p></details>\n");
            return;
        }

        Raw($"<p><small>{Text(result.Trials[0].Configuration)}</small></p><div class='columns'>\n");
        Classes();
        Calibration();
        Raw($"</div>\n");
        if (Names.Count <= LargestMatrix)
            Matrix();
        else
            Confusions();
        Mistakes();
        Raw($"</details>\n");
    }

    private void Classes()
    {
        Raw($"<div><h3>Classes</h3><table><thead><tr><th class='text'>class</th><th>precision</th><th>recall</th><th>F1</th><th>rows tested</th></tr></thead><tbody>\n");
        foreach (var c in result.Classes)
            Raw($"<tr><td class='text'>{Text(c.ClassName)}</td><td>{Figures.Number(c.Precision, "f3")}</td><td>{Figures.Number(c.Recall, "f3")}</td><td>{Figures.Number(c.F1, "f3")}</td><td>{c.Rows}</td></tr>\n");
        Raw($"</tbody></table></div>\n");
    }

    private void Calibration()
    {
        var chart = Charts.Reliability(result);
        if (chart.Length > 0)
            Raw($"<div><h3>Calibration</h3>{chart}<p class='legend'>Bars: accuracy of the rows of a confidence. Expected calibration error {Figures.Number(result.ExpectedCalibrationError!.Value, "f4")}.</p></div>\n");
        else
            Raw($"<div><h3>Calibration</h3><p>The scores are no probabilities.</p></div>\n");
    }

    private void Matrix()
    {
        Raw($"<h3>Confusion, all trials added up (rows: label, columns: prediction)</h3><div class='scroll'><table class='matrix'><thead><tr><th></th>{string.Concat(Names.Select(n => $"<th><span class='head'>{Text(n)}</span></th>"))}</tr></thead><tbody>\n");
        for (var label = 0; label < Names.Count; label++)
        {
            var rows = Math.Max(1, result.Classes[label].Rows);
            Raw($"<tr><th class='row'>{Text(Names[label])}</th>");
            for (var predicted = 0; predicted < Names.Count; predicted++)
            {
                var count = result.ConfusionMatrix[label, predicted];
                var share = (double)count / rows;
                var color = label == predicted ? "31,111,235" : "207,34,46";
                Raw($"<td style='background:rgba({color},{0.85 * Math.Sqrt(share) * (label == predicted ? 0.6 : 1):f3})' title='{share:p1}'>{(count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture))}</td>");
            }

            Raw($"</tr>\n");
        }

        Raw($"</tbody></table></div>\n");
    }

    /// <summary>In place of a matrix that no page could show.</summary>
    private void Confusions()
    {
        var pairs =
            from label in Enumerable.Range(0, Names.Count)
            from predicted in Enumerable.Range(0, Names.Count)
            where label != predicted && result.ConfusionMatrix[label, predicted] > 0
            orderby result.ConfusionMatrix[label, predicted] descending
            select $"<tr><td class='text'>{Text(Names[label])}</td><td class='text'>{Text(Names[predicted])}</td><td>{result.ConfusionMatrix[label, predicted]}</td></tr>\n";
        Raw($"<h3>The {LargestMatrix} most frequent confusions</h3><table><thead><tr><th class='text'>label</th><th class='text'>predicted</th><th>rows</th></tr></thead><tbody>{string.Concat(pairs.Take(LargestMatrix))}</tbody></table>\n");
    }

    private void Mistakes()
    {
        if (mistakes.Count == 0)
            return;
        Raw($"<h3>Worst mistakes: wrong with the highest confidence</h3><div class='mistakes'>\n");
        foreach (var mistake in mistakes)
        {
            var picture = pictures.TryGetValue(mistake.Row, out var png) ? $"<img alt='row {mistake.Row}' src='data:image/png;base64,{Convert.ToBase64String(png)}'>" : "";
            Raw($"<figure>{picture}<figcaption>{Text(Names[mistake.Label])}, taken for <b>{Text(Names[mistake.Predicted])}</b> ({mistake.Confidence:f2}); row {mistake.Row}</figcaption></figure>\n");
        }

        Raw($"</div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private void Raw(FormattableString text) => html.Append(FormattableString.Invariant(text));
}
