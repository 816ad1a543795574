using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Experiments;

/// <summary>How candidates are compared. Checked together, once, before any data is read.</summary>
/// <remarks>
/// <para>Three designs. With <see cref="TestSet"/>, every trial trains on all rows and repetitions differ by their seed: the interval tells
/// what the seed does, for these training and test rows. With <see cref="Folds"/>, each repetition deals the rows, class by class, to folds
/// that are the test rows in turn. With neither, each repetition holds out <see cref="TestFraction"/> of each class anew. The last two tell
/// what other rows of the same kind would give.</para>
/// <para>All candidates get the same rows and the same seeds.</para>
/// </remarks>
public sealed partial class ComparisonOptions
{
    /// <summary>The label: a key column with values, or text. Default "Label".</summary>
    public string LabelColumnName = DefaultColumnNames.Label;

    /// <summary>The scores that every candidate's model adds. Default "Score".</summary>
    public string ScoreColumnName = DefaultColumnNames.Score;

    /// <summary>The image that reports show; null (the default) takes the first image column, or ImagePath; a report without one shows no images.</summary>
    public string? ImageColumnName;

    /// <summary>The candidate that the others are compared with; null (the default) takes the first.</summary>
    public string? Baseline;

    /// <summary>What candidates are ranked and compared by. Default accuracy.</summary>
    public ComparisonMetric Metric = ComparisonMetric.Accuracy;

    /// <summary>Rows that every trial is evaluated on; null (the default) takes test rows off the data.</summary>
    public IDataView? TestSet;

    /// <summary>Folds of each repetition, at least 2; null (the default) holds out a share instead.</summary>
    public int? Folds;

    /// <summary>The share of each class that each repetition holds out, in (0, 1), where there are neither folds nor a test set. Default 0.2.</summary>
    public double TestFraction = 0.2;

    /// <summary>Repetitions under other seeds, at least 1; null (the default) is 1 with folds and 5 without.</summary>
    public int? Repeats;

    /// <summary>The confidence level of intervals, in (0, 1). Default 0.95.</summary>
    public double Level = 0.95;

    /// <summary>k of the top-k accuracy. At least 1, default 5.</summary>
    public int TopK = 5;

    /// <summary>How many of the worst mistakes are kept for each candidate. At least 0, default 24.</summary>
    public int WorstMistakes = 24;

    /// <summary>Splits and trials' seeds are a function of it; null (the default) takes the MLContext's seed, or 0.</summary>
    public int? Seed;

    /// <summary>When it is over, the running trial is cancelled and the finished ones are the result; null (the default) is unlimited.</summary>
    public TimeSpan? TimeBudget;

    /// <summary>No trial begins once so many epochs have been trained in all, by those that tell; null (the default) is unlimited.</summary>
    public int? EpochBudget;

    /// <summary>Trials to run, those read from the file not counted; null (the default) is unlimited.</summary>
    public int? TrialBudget;

    /// <summary>
    /// Each result is appended to this file, a line of JSON each, and trials that the file already holds are not run again: so a comparison
    /// that was interrupted is continued by the same call. Null (the default) keeps no file.
    /// </summary>
    public string? ResultsPath;

    /// <summary>The model of each candidate's best trial is saved into this folder, for <c>mlContext.Model.Load</c>; null (the default) keeps no model.</summary>
    public string? ModelFolder;

    /// <summary>Told at the begin and the end of each trial.</summary>
    public IProgress<TrialProgress>? Progress;

    /// <summary>Cancels the running trial; the finished ones are the result. <c>MLContext.CancelExecution</c> does too.</summary>
    public CancellationToken CancellationToken;
}
