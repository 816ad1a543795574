using Tricks.Torch.Runtime;

namespace Tricks.Torch.Data;

/// <summary>Which rows stand in which batch.</summary>
public static class BatchPlan
{
    /// <summary>Batches in an epoch: ceil(rows / batchSize).</summary>
    public static int StepsPerEpoch(int rows, int batchSize) => (rows + batchSize - 1) / batchSize;

    /// <summary>All rows once, in the random order of (seed, epoch), in batches of nearly equal size.</summary>
    /// <remarks>
    /// The sizes differ by at most one, so no row is dropped and no small last batch disturbs batch normalisation: with
    /// more rows than batchSize, every batch has at least batchSize / 2 rows and none more than batchSize.
    /// </remarks>
    public static int[][] Shuffled(int rows, int batchSize, long seed, int epoch) =>
        Cut(SeededRandom.For(seed, RandomPurpose.Order, epoch).NextPermutation(rows), batchSize);

    /// <summary>All rows once, in their own order, in batches of nearly equal size.</summary>
    public static int[][] InOrder(int rows, int batchSize) => Cut([.. Enumerable.Range(0, rows)], batchSize);

    private static int[][] Cut(int[] order, int batchSize)
    {
        var steps = StepsPerEpoch(order.Length, batchSize);
        var batches = new int[steps][];
        for (var step = 0; step < steps; step++)
        {
            var (from, to) = ((long)order.Length * step / steps, (long)order.Length * (step + 1) / steps);
            batches[step] = order[(int)from..(int)to];
        }

        return batches;
    }
}
