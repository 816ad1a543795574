using Tricks.Torch.Data;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Experiments;

/// <summary>Which rows a trial learns from and which it is evaluated on.</summary>
/// <param name="Repeat">From 0.</param>
/// <param name="Fold">From 0.</param>
/// <param name="Seed">Of the trial's context.</param>
/// <param name="Training">Rows of the data; null for all.</param>
/// <param name="Test">Rows of the data; null for the test set.</param>
internal sealed record DataSplit(int Repeat, int Fold, int Seed, int[]? Training, int[]? Test)
{
    /// <summary>The splits of a comparison, a function of labels, design and seed. The first repetitions are the same however many there are.</summary>
    public static IReadOnlyList<DataSplit> Of(IReadOnlyList<int> labels, ComparisonOptions options, long seed) =>
        [.. Enumerable.Range(0, options.EffectiveRepeats).SelectMany(repeat => OfRepeat(labels, options, seed, repeat))];

    /// <summary>The split on which a search chooses: a fifth of each class, under a seed of its own.</summary>
    public static DataSplit OfSearch(IReadOnlyList<int> labels, long seed)
    {
        var (training, test) = StratifiedSplit.By(labels, 0.2, Draw(seed, -1, 0));
        return new DataSplit(0, 0, Draw(seed, -1, 1), training, test);
    }

    private static IEnumerable<DataSplit> OfRepeat(IReadOnlyList<int> labels, ComparisonOptions options, long seed, int repeat)
    {
        if (options.TestSet is not null)
            return [new DataSplit(repeat, 0, Draw(seed, repeat, 1), null, null)];
        if (options.Folds is not { } folds)
        {
            var (training, test) = StratifiedSplit.By(labels, options.TestFraction, Draw(seed, repeat, 0));
            return [new DataSplit(repeat, 0, Draw(seed, repeat, 1), training, test)];
        }

        var foldOf = StratifiedFolds.Of(labels, folds, Draw(seed, repeat, 0));
        var all = Enumerable.Range(0, labels.Count);
        return Enumerable.Range(0, folds).Select(fold => new DataSplit(
            repeat, fold, Draw(seed, repeat, 1 + fold), [.. all.Where(row => foldOf[row] != fold)], [.. all.Where(row => foldOf[row] == fold)]));
    }

    /// <summary>A seed, at least 0, as <c>MLContext</c> takes it.</summary>
    private static int Draw(long seed, int repeat, int use) =>
        SeededRandom.For(seed, RandomPurpose.Trials, repeat, use).NextInt32(int.MaxValue);
}
