using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tricks.MLNet.Experiments;

namespace Tricks.MLNet.Tests.Experiments;

[TestClass]
public sealed partial class ReportTests : IDisposable
{
    private readonly ComparedStripes _stripes = new();

    public void Dispose() => _stripes.Dispose();

    [TestMethod]
    public void The_page_holds_all_parts_and_nothing_from_elsewhere()
    {
        var comparison = _stripes.Compare(
            new ComparisonOptions { Folds = 2, Baseline = "<b>network</b>", Metric = ComparisonMetric.LogLoss },
            ComparedStripes.Network("<b>network</b>", r => r with { Epochs = 2, LearningRate = 1e-6 }), ComparedStripes.Linear(), ComparedStripes.Failing());
        var html = comparison.ToHtml("Stripes & more");
        foreach (var part in new[]
        {
            "Stripes &amp; more", "Leaderboard", "&lt;b&gt;network&lt;/b&gt;", "Differences to the baseline", "Curves", "Confusion", "Calibration", "Worst mistakes",
            "data:image/png;base64,", "NonFiniteLossException", "horizontal", "All 6 trials",
        })
        {
            StringAssert.Contains(html, part);
        }

        Assert.IsFalse(html.Contains("<b>network</b>", StringComparison.Ordinal), "names are text");
        Assert.IsFalse(Elsewhere().IsMatch(html), "no script, link, style sheet or picture from elsewhere");
        // Every element is closed: with the three void elements closed too, the page is XML.
        XDocument.Parse(VoidElement().Replace(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<$1/>"));

        var mistaken = comparison.Leaderboard.SelectMany(r => r.WorstMistakes).Select(m => m.Row).Distinct().Count();
        Assert.IsGreaterThan(0, mistaken);
        var markdown = comparison.ToMarkdown();
        StringAssert.Contains(markdown, "| <b>network</b> (baseline) | 2 |");
        StringAssert.Contains(markdown, "| failing | no trial in common with the baseline, n = 0 | - | undecided |");
    }

    [TestMethod]
    public void The_calibration_error_is_the_weighted_gap()
    {
        // Two bins by hand: 6 rows of confidence 0.9, 3 right; 4 rows of confidence 0.5, 2 right: 0.6 * 0.4 + 0.4 * 0.
        var bins = Enumerable.Repeat(new CalibrationBin(0, 0, 0), CalibrationBin.Count).ToArray();
        (bins[13], bins[7]) = (new CalibrationBin(6, 5.4, 3), new CalibrationBin(4, 2, 2));
        var result = new CandidateResult(ComparedStripes.Linear(), [new TrialResult { Candidate = "linear", Calibration = bins }], ["a", "b"], ComparisonMetric.Accuracy);
        Assert.AreEqual(0.24, result.ExpectedCalibrationError!.Value, 1e-12);
    }

    [GeneratedRegex("<script|<link|<iframe|https?://|src='(?!data:)|@import|url\\(", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex("<((?:meta|br|img)(?: [^>]*)?)>")]
    private static partial Regex VoidElement();
}
