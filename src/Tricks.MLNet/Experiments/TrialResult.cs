using System.Text.Json.Serialization;

namespace Tricks.MLNet.Experiments;

/// <summary>One training of one candidate and its evaluation on rows it has not seen.</summary>
public sealed record TrialResult
{
    /// <summary>The name of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>0 for a trial of the comparison; 1, 2, ... for a rung of a search.</summary>
    public int Rung { get; init; }

    /// <summary>Which repetition, from 0.</summary>
    public int Repeat { get; init; }

    /// <summary>Which fold of the repetition, from 0.</summary>
    public int Fold { get; init; }

    /// <summary>The seed of the context that the candidate was made with.</summary>
    public int Seed { get; init; }

    /// <summary>How it ended.</summary>
    public TrialState State { get; init; }

    /// <summary>Type and message of the exception that ended a failed trial; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>What the candidate was made of: <see cref="TrainerCandidate.Configuration"/>.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>What a search drew for the candidate; empty otherwise.</summary>
    public string Description { get; init; } = "";

    /// <summary>The share of test rows whose label has the highest score.</summary>
    public double Accuracy { get; init; }

    /// <summary>The mean over the test rows' classes of the share that is right.</summary>
    public double MacroAccuracy { get; init; }

    /// <summary>The share of test rows whose label is among the k highest scores.</summary>
    public double TopKAccuracy { get; init; }

    /// <summary>The mean of -ln(probability of the label); null where the scores are no probabilities.</summary>
    public double? LogLoss { get; init; }

    /// <summary>Rows that the candidate was fitted on, its own validation rows included.</summary>
    public int TrainingRows { get; init; }

    /// <summary>Rows that it was evaluated on.</summary>
    public int TestRows { get; init; }

    /// <summary>Test rows without a score, such as unreadable images that were skipped; they count as wrong.</summary>
    public int UnscoredRows { get; init; }

    /// <summary>Seconds that <c>Fit</c> took.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Seconds that scoring the test rows took, reading included.</summary>
    public double ScoringSeconds { get; init; }

    /// <summary>Epochs trained; null for an estimator that does not tell.</summary>
    public int? Epochs { get; init; }

    /// <summary>Trainable parameters; null for a model that does not tell.</summary>
    public long? Parameters { get; init; }

    /// <summary>Loss and validation accuracy of each epoch; empty for an estimator that does not tell.</summary>
    public IReadOnlyList<EpochPoint> Curve { get; init; } = [];

    /// <summary>How often each label was predicted as each class; pairs that did not occur are left out.</summary>
    public IReadOnlyList<ConfusionCount> Confusion { get; init; } = [];

    /// <summary>Confidence beside accuracy; empty where the scores are no probabilities.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; init; } = [];

    /// <summary>The wrong predictions with the highest confidence, the worst first.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; init; } = [];

    /// <summary>The saved model, where <see cref="ComparisonOptions.ModelFolder"/> is set and this is the candidate's best trial; null otherwise.</summary>
    public string? ModelPath { get; init; }

    /// <summary>Training rows times epochs per second of <c>Fit</c>, reading and validation included; null where the epochs are not known.</summary>
    [JsonIgnore]
    public double? TrainingImagesPerSecond => Epochs is { } epochs && TrainingSeconds > 0 ? TrainingRows * (double)epochs / TrainingSeconds : null;

    /// <summary>Test rows scored per second, reading included.</summary>
    [JsonIgnore]
    public double? ScoringImagesPerSecond => ScoringSeconds > 0 ? TestRows / ScoringSeconds : null;
}
