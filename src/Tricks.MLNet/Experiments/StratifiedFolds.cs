using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Experiments;

/// <summary>Deals the rows of each class evenly to k folds, by seed.</summary>
internal static class StratifiedFolds
{
    /// <summary>The fold, 0 to folds - 1, of each row.</summary>
    /// <remarks>A class's rows are shuffled and dealt in turn, each class beginning where the last one ended, so that fold sizes differ by at most one.</remarks>
    public static int[] Of(IReadOnlyList<int> labels, int folds, long seed)
    {
        var fold = new int[labels.Count];
        var next = 0;
        foreach (var rowsOfClass in Enumerable.Range(0, labels.Count).GroupBy(row => labels[row]).OrderBy(g => g.Key))
        {
            var rows = rowsOfClass.ToArray();
            SeededRandom.For(seed, RandomPurpose.Folds, rowsOfClass.Key).Shuffle(rows);
            foreach (var row in rows)
                fold[row] = next++ % folds;
        }

        return fold;
    }
}
