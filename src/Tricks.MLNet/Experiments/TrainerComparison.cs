using Microsoft.ML;
using Tricks.MLNet.Experiments.Report;

namespace Tricks.MLNet.Experiments;

/// <summary>The result of <c>mlContext.MulticlassClassification.CompareTrainers</c>: a leaderboard with intervals, every trial, and reports.</summary>
/// <remarks>Holds no model: they were freed after their trial. <see cref="CandidateResult.CreateEstimator"/> of the best gives one to fit on all rows.</remarks>
public sealed class TrainerComparison
{
    private readonly ComparisonOptions _options;
    private readonly LabelledRows _data;
    private readonly LabelledRows? _testSet;

    internal TrainerComparison(
        ComparisonOptions options,
        LabelledRows data,
        LabelledRows? testSet,
        IReadOnlyList<DataSplit> splits,
        IReadOnlyList<TrainerCandidate> candidates,
        IReadOnlyList<TrialResult> trials,
        ComparisonEnd end,
        IReadOnlyList<string> notes)
    {
        (_options, _data, _testSet, Trials, End) = (options, data, testSet, trials, end);
        PlannedTrials = splits.Count;
        Design = DesignOf(options, data, testSet);
        var results = candidates
            .Select(c => new CandidateResult(c, [.. trials.Where(t => t.Rung == 0 && t.Candidate == c.Name)], data.ClassNames, options.Metric)).ToList();
        var baseline = options.Baseline ?? (candidates.Count > 0 ? candidates[0].Name : null);
        Baseline = results.Find(r => r.Name == baseline);
        Leaderboard =
        [
            .. Compare(results, splits).OrderBy(r => double.IsNaN(r.Metric.Mean))
                .ThenByDescending(r => r.Metric.Mean * options.Metric.Sign()).ThenBy(r => r.Name, StringComparer.Ordinal),
        ];
        Notes = [.. notes, .. Observations()];
    }

    /// <summary>What the candidates are ranked by.</summary>
    public ComparisonMetric Metric => _options.Metric;

    /// <summary>The candidates, the best mean first; those without a finished trial last.</summary>
    public IReadOnlyList<CandidateResult> Leaderboard { get; }

    /// <summary>The candidate that the others are compared with; null when it was a search that did not end.</summary>
    public CandidateResult? Baseline { get; }

    /// <summary>Every finished and failed trial, those of searches included, in the order in which they ran.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }

    /// <summary>Trials of each candidate that were planned.</summary>
    public int PlannedTrials { get; }

    /// <summary>The best trial of the best candidate; null when none was finished.</summary>
    /// <remarks>Its <see cref="TrialResult.ModelPath"/> is the saved model, where <see cref="ComparisonOptions.ModelFolder"/> was set.</remarks>
    public TrialResult? BestRun => Leaderboard.Count == 0 ? null : Leaderboard[0].Trials.MaxBy(t => _options.Metric.Of(t) * _options.Metric.Sign());

    /// <summary>Why the comparison ended.</summary>
    public ComparisonEnd End { get; }

    /// <summary>How rows were split and seeds were chosen, in a sentence.</summary>
    public string Design { get; }

    /// <summary>What a reader of the figures has to know: failed trials, changed candidates, many comparisons, no spread.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The names of the classes, by class number.</summary>
    public IReadOnlyList<string> ClassNames => _data.ClassNames;

    internal ComparisonOptions Options => _options;

    /// <summary>The rows that <see cref="Mistake.Row"/> counts.</summary>
    internal IDataView TestedRows => (_testSet ?? _data).Data;

    /// <summary>The leaderboard, the comparisons with the baseline and the notes, as Markdown.</summary>
    public string ToMarkdown() => MarkdownReport.Of(this);

    /// <summary>One HTML page with everything in it: leaderboard, intervals, curves, confusion, calibration, worst mistakes. Needs no network.</summary>
    /// <remarks>Reads the images of the worst mistakes from the data that was compared on; where that is not possible they are left out.</remarks>
    /// <param name="title">Of the page.</param>
    public string ToHtml(string title = "Comparison of trainers") => HtmlReport.Of(this, title);

    /// <summary>Writes <see cref="ToHtml"/> to a file.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="title">Of the page.</param>
    public void SaveHtml(string path, string title = "Comparison of trainers") => File.WriteAllText(path, ToHtml(title));

    /// <summary>Each candidate with its difference to the baseline over the trials that both finished.</summary>
    private List<CandidateResult> Compare(List<CandidateResult> results, IReadOnlyList<DataSplit> splits)
    {
        if (Baseline is not { } baseline)
            return results;
        var others = results.Where(r => r != baseline).ToList();
        var differences = others.Select(r => (IReadOnlyList<double>)[.. Differences(r, baseline)]).ToList();
        var first = splits[0];
        double? ratio = first.Test is null ? null : splits.Average(s => (double)s.Test!.Length / s.Training!.Length);
        var comparisons = PairedTests.Of(differences, _options.Metric, ratio, _options.Level);
        return [baseline, .. others.Select((r, i) => r with { Comparison = comparisons[i] })];
    }

    private IEnumerable<double> Differences(CandidateResult candidate, CandidateResult baseline)
    {
        var values = baseline.Trials.ToDictionary(t => (t.Repeat, t.Fold), t => _options.Metric.Of(t));
        foreach (var trial in candidate.Trials)
        {
            if (values.TryGetValue((trial.Repeat, trial.Fold), out var value) && double.IsFinite(_options.Metric.Of(trial) - value))
                yield return _options.Metric.Of(trial) - value;
        }
    }

    private IEnumerable<string> Observations()
    {
        if (End != ComparisonEnd.Finished)
            yield return $"The comparison ended early ({End}); {Leaderboard.Sum(r => r.Trials.Count)} of {Leaderboard.Count * PlannedTrials} trials are finished.";
        foreach (var result in Leaderboard)
        {
            foreach (var failures in result.FailedTrials.GroupBy(t => t.Error!.Split(':')[0])) // the exception's type; messages name rows
                yield return $"'{result.Name}': {failures.Count()} of {PlannedTrials} trials failed. {failures.First().Error}";
            if (result.Comparison is { N: > 1, PValue: double.NaN })
                yield return $"'{result.Name}' differs from the baseline by the same amount in all trials, which gives no measure of the noise: no interval and no verdict.";
            if (result.Trials.Sum(t => t.UnscoredRows) is var unscored and > 0)
                yield return $"'{result.Name}' left {unscored} test rows without a score; they count as wrong.";
        }

        var compared = Leaderboard.Count(r => r.Comparison is { PValue: not double.NaN });
        if (compared > 1)
            yield return $"{compared} candidates are compared with one baseline. Each interval holds for its own comparison; verdicts are corrected for all {compared} (Holm).";
        if (_options.TestSet is not null)
            yield return "Intervals tell what other seeds would give on these training and test rows, not what other images would.";
        else if (compared > 0)
            yield return "Splits share training rows, so intervals are corrected for it (Nadeau and Bengio 2003; Bouckaert and Frank 2004).";
    }

    private static string DesignOf(ComparisonOptions options, LabelledRows data, LabelledRows? testSet)
    {
        var repeats = options.EffectiveRepeats;
        var rows = $"{data.Labels.Count} rows of {data.ClassNames.Count} classes";
        if (testSet is not null)
            return $"{repeats} seeds; each trial trains on {rows} and is tested on {testSet.Labels.Count} others.";
        return options.Folds is { } folds
            ? $"{(repeats > 1 ? $"{repeats} times " : "")}{folds} stratified folds of {rows}."
            : FormattableString.Invariant($"{repeats} stratified splits of {rows}; each holds out {100 * options.TestFraction:0.#} % for the test.");
    }
}
