using Microsoft.ML.Data;
using Tricks.MLNet;
using Tricks.MLNet.Data;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Training;
using Tricks.Torch.Data;
using Tricks.Torch.SelfSupervised;

namespace Microsoft.ML;

/// <content>SimCLR and the measures of features.</content>
public static partial class TricksCatalog
{
    /// <summary>Pretrains a network on images without labels (SimCLR, arXiv:2002.05709); the model adds their features.</summary>
    /// <param name="catalog">mlContext.Transforms.</param>
    /// <param name="options">Columns, architecture, recipe and the rest.</param>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    public static SimClrEstimator SimClr(this TransformsCatalog catalog, SimClrEstimator.Options options) =>
        new(CatalogEnvironment.Of(catalog), options);

    /// <summary>Trains a linear classifier on features and evaluates it: how well they separate the classes.</summary>
    /// <param name="catalog">mlContext.MulticlassClassification.</param>
    /// <param name="trainData">Rows with features, as a featurizer's <c>Transform</c> gives them, and a key label.</param>
    /// <param name="testData">Other such rows.</param>
    /// <param name="featureColumnName">A vector of Single of known length.</param>
    /// <param name="labelColumnName">A key column with the same values in both.</param>
    /// <param name="options">How the classifier is trained; defaults when null.</param>
    /// <returns>ML.NET's metrics on the test rows.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or options are out of range.</exception>
    public static MulticlassClassificationMetrics LinearProbe(
        this MulticlassClassificationCatalog catalog,
        IDataView trainData,
        IDataView testData,
        string featureColumnName = "Features",
        string labelColumnName = "Label",
        LinearProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (train, test) = FeatureRows.ReadBoth(trainData, testData, featureColumnName, labelColumnName);
        return catalog.Evaluate(ScoredRows.Of(test, Tricks.Torch.SelfSupervised.LinearProbe.Fit(train, options).Scores(test)));
    }

    /// <summary>Classifies features by their nearest neighbours, weighted by similarity, and evaluates that (<see cref="WeightedKnn"/>).</summary>
    /// <param name="catalog">mlContext.MulticlassClassification.</param>
    /// <param name="bankData">Rows with features and a key label, among which neighbours are looked for.</param>
    /// <param name="testData">Other such rows.</param>
    /// <param name="featureColumnName">A vector of Single of known length.</param>
    /// <param name="labelColumnName">A key column with the same values in both.</param>
    /// <param name="k">Neighbours, at least 1; at most the rows of the bank are used.</param>
    /// <param name="temperature">T of the weights exp(s / T), greater than 0.</param>
    /// <returns>ML.NET's metrics on the test rows.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or a number is out of range.</exception>
    public static MulticlassClassificationMetrics NearestNeighborProbe(
        this MulticlassClassificationCatalog catalog,
        IDataView bankData,
        IDataView testData,
        string featureColumnName = "Features",
        string labelColumnName = "Label",
        int k = 200,
        double temperature = 0.1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (bank, test) = FeatureRows.ReadBoth(bankData, testData, featureColumnName, labelColumnName);
        return catalog.Evaluate(ScoredRows.Of(test, WeightedKnn.Scores(bank, test, k, temperature)));
    }

    /// <summary>Fine-tunes a network on a share of the labels and evaluates it, such as 1% or 10% after a pretraining on all images.</summary>
    /// <param name="catalog">mlContext.MulticlassClassification.</param>
    /// <param name="options">The trainer's, such as <c>InitialWeights = simClrModel</c>.</param>
    /// <param name="trainData">Rows of which the share is taken, class by class.</param>
    /// <param name="testData">Rows to evaluate on.</param>
    /// <param name="fraction">The share of each class, in (0, 1), at least one row; such as 0.01 or 0.1.</param>
    /// <param name="seed">Which rows are taken is a function of it and of the class.</param>
    /// <returns>ML.NET's metrics on the test rows.</returns>
    /// <exception cref="ArgumentException">Options, columns or data do not fit.</exception>
    public static MulticlassClassificationMetrics SemiSupervisedProbe(
        this MulticlassClassificationCatalog catalog,
        ConvNetTrainer.Options options,
        IDataView trainData,
        IDataView testData,
        double fraction,
        int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        using var model = catalog.Trainers.ConvNet(options).Fit(LabelFraction(trainData, fraction, options.LabelColumnName, seed));
        return catalog.Evaluate(model.Transform(testData), options.LabelColumnName, options.ScoreColumnName, predictedLabelColumnName: options.PredictedLabelColumnName);
    }

    /// <summary>The rows of a share of the labels, the same share of every class.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="data">Rows with a key label; rows without a label are left out.</param>
    /// <param name="fraction">The share of each class, in (0, 1); at least one row of a class with several is taken, and never all.</param>
    /// <param name="labelColumnName">A key column with values.</param>
    /// <param name="seed">Which rows are taken is a function of it and of the class.</param>
    /// <exception cref="ArgumentException">The label column is missing or no key.</exception>
    public static IDataView TakeLabelFraction(
        this DataOperationsCatalog catalog, IDataView data, double fraction, string labelColumnName = "Label", int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return LabelFraction(data, fraction, labelColumnName, seed);
    }

    private static RowSubset LabelFraction(IDataView data, double fraction, string labelColumnName, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var labels = FeatureRows.ReadLabels(data, LabelColumn.Of(data.Schema, labelColumnName));
        int[] labelled = [.. Enumerable.Range(0, labels.Count).Where(row => labels[row] >= 0)];
        var (_, taken) = StratifiedSplit.By([.. labelled.Select(row => labels[row])], fraction, seed);
        return new RowSubset(data, [.. taken.Select(position => labelled[position])]);
    }
}
