using Microsoft.ML;

namespace Tricks.MLNet.Experiments;

/// <summary>All that a comparison knows of one candidate.</summary>
public sealed record CandidateResult
{
    private readonly TrainerCandidate _candidate;
    private readonly int _classes;

    internal CandidateResult(TrainerCandidate candidate, IReadOnlyList<TrialResult> trials, IReadOnlyList<string> classNames, ComparisonMetric metric)
    {
        (_candidate, _classes) = (candidate, classNames.Count);
        Trials = [.. trials.Where(t => t.State == TrialState.Completed)];
        FailedTrials = [.. trials.Where(t => t.State == TrialState.Failed)];
        Metric = Summary(t => metric.Of(t));
        Accuracy = Summary(t => t.Accuracy);
        MacroAccuracy = Summary(t => t.MacroAccuracy);
        TopKAccuracy = Summary(t => t.TopKAccuracy);
        LogLoss = Summary(t => t.LogLoss);
        TrainingSeconds = Summary(t => t.TrainingSeconds);
        TrainingImagesPerSecond = Summary(t => t.TrainingImagesPerSecond);
        ScoringImagesPerSecond = Summary(t => t.ScoringImagesPerSecond);
        ConfusionMatrix = Sum();
        Classes = ClassMetrics.Of(ConfusionMatrix, classNames);
        Calibration = SumOfCalibration();
    }

    /// <summary>The name of the candidate.</summary>
    public string Name => _candidate.Name;

    /// <summary>What a search drew for it; empty otherwise.</summary>
    public string Description => _candidate.Description;

    /// <summary>The finished trials.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }

    /// <summary>The trials that an exception ended.</summary>
    public IReadOnlyList<TrialResult> FailedTrials { get; }

    /// <summary>The metric that ranks the candidates.</summary>
    public MetricSummary Metric { get; }

    /// <summary>Top-1 accuracy, in [0, 1].</summary>
    public MetricSummary Accuracy { get; }

    /// <summary>Macro accuracy, in [0, 1].</summary>
    public MetricSummary MacroAccuracy { get; }

    /// <summary>Top-k accuracy, in [0, 1].</summary>
    public MetricSummary TopKAccuracy { get; }

    /// <summary>Log-loss, of the trials whose scores are probabilities.</summary>
    public MetricSummary LogLoss { get; }

    /// <summary>Seconds of <c>Fit</c>.</summary>
    public MetricSummary TrainingSeconds { get; }

    /// <summary>Training rows times epochs per second of <c>Fit</c>, of the trials that tell their epochs.</summary>
    public MetricSummary TrainingImagesPerSecond { get; }

    /// <summary>Test rows scored per second, reading included.</summary>
    public MetricSummary ScoringImagesPerSecond { get; }

    /// <summary>Trainable parameters; null for a model that does not tell.</summary>
    public long? Parameters => Trials.Count > 0 ? Trials[0].Parameters : null;

    /// <summary>The difference to the baseline; null for the baseline itself.</summary>
    public PairedComparison? Comparison { get; init; }

    /// <summary>Counts over all finished trials: [label, predicted].</summary>
    public int[,] ConfusionMatrix { get; }

    /// <summary>Precision, recall and F1 of each class.</summary>
    public IReadOnlyList<ClassMetrics> Classes { get; }

    /// <summary>Confidence beside accuracy over all finished trials; empty where scores are no probabilities.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; }

    /// <summary>
    /// The expected calibration error, sum over bins of (rows in bin / rows) * |accuracy - mean confidence| (Guo et al., arXiv:1706.04599);
    /// null where scores are no probabilities.
    /// </summary>
    public double? ExpectedCalibrationError => Calibration.Count == 0 ? null
        : Calibration.Sum(bin => Math.Abs(bin.Right - bin.ConfidenceSum)) / Calibration.Sum(bin => bin.Rows);

    /// <summary>The wrong predictions with the highest confidence over all finished trials, each row once, the worst first.</summary>
    public IReadOnlyList<Mistake> WorstMistakes =>
        [.. Trials.SelectMany(t => t.Mistakes).OrderByDescending(m => m.Confidence).ThenBy(m => m.Row).DistinctBy(m => m.Row)];

    /// <summary>A new, untrained estimator of this candidate, to fit on all rows.</summary>
    /// <param name="context">Gives seed and device to a factory.</param>
    public IEstimator<ITransformer> CreateEstimator(MLContext context) => _candidate.Create(context);

    private MetricSummary Summary(Func<TrialResult, double?> value) => MetricSummary.Of(Trials.Select(value));

    private MetricSummary Summary(Func<TrialResult, double> value) => MetricSummary.Of(Trials.Select(t => (double?)value(t)));

    private int[,] Sum()
    {
        var sum = new int[_classes, _classes];
        foreach (var count in Trials.SelectMany(t => t.Confusion))
            sum[count.Label, count.Predicted] += count.Count;
        return sum;
    }

    private IReadOnlyList<CalibrationBin> SumOfCalibration() => Trials.Any(t => t.Calibration.Count != CalibrationBin.Count) || Trials.Count == 0
        ? []
        :
        [
            .. Enumerable.Range(0, CalibrationBin.Count).Select(i => Trials.Select(t => t.Calibration[i]).Aggregate((a, b) =>
                new CalibrationBin(a.Rows + b.Rows, a.ConfidenceSum + b.ConfidenceSum, a.Right + b.Right))),
        ];
}
