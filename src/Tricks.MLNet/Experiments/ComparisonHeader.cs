using System.Globalization;

namespace Tricks.MLNet.Experiments;

/// <summary>What results must have in common to be compared; the first line of a result file. Repetitions may be added later.</summary>
/// <param name="Version">Of the file's format.</param>
/// <param name="Rows">Number of rows of the data.</param>
/// <param name="Labels">A number for the labels in their order.</param>
/// <param name="Design">How rows are split.</param>
/// <param name="Seed">Of splits and trials.</param>
/// <param name="TopK">k of the top-k accuracy.</param>
internal sealed record ComparisonHeader(int Version, int Rows, string Labels, string Design, long Seed, int TopK)
{
    private const int Current = 1;

    public static ComparisonHeader Of(LabelledRows data, LabelledRows? testSet, ComparisonOptions options, long seed) => new(
        Current,
        data.Labels.Count,
        data.Fingerprint(),
        testSet is not null ? $"test set of {testSet.Labels.Count} rows, labels {testSet.Fingerprint()}"
            : options.Folds is { } folds ? $"{folds} folds"
            : string.Create(CultureInfo.InvariantCulture, $"{options.TestFraction} held out"),
        seed,
        options.TopK);
}
