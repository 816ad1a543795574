using Tricks.MLNet.Experiments;
using Tricks.MLNet.Interop;

namespace Microsoft.ML;

/// <content>Comparisons.</content>
public static partial class TricksCatalog
{
    /// <summary>Trains every candidate on the same rows under the same seeds, several times, and tells which differences exceed the noise.</summary>
    /// <remarks>
    /// <para>A trial that fails is reported and does not end the others. A budget that is used up, or a cancellation, ends the comparison with
    /// the trials finished so far. With <see cref="ComparisonOptions.ResultsPath"/> the same call continues where an earlier one ended.</para>
    /// <para>Models are freed after their trial: memory does not grow with the number of trials.</para>
    /// </remarks>
    /// <param name="catalog">mlContext.MulticlassClassification.</param>
    /// <param name="data">The rows: a label column, and whatever the candidates need. Rows must come in the same order each time they are read.</param>
    /// <param name="candidates">At least one; the first is the baseline unless the options name another.</param>
    /// <param name="options">Splits, repetitions, budgets, file; five stratified splits by default.</param>
    /// <exception cref="ArgumentException">Options are out of range (every fault is listed), or the labels cannot be compared on.</exception>
    /// <exception cref="InvalidDataException">The file holds another comparison, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static TrainerComparison CompareTrainers(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IReadOnlyList<TrainerCandidate> candidates,
        ComparisonOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(candidates);
        var itsOptions = (options ?? new ComparisonOptions()).Copy();
        itsOptions.Validate(candidates);
        using var run = new ComparisonRun(CatalogEnvironment.Of(catalog), data, itsOptions);
        return run.Run(candidates);
    }
}
