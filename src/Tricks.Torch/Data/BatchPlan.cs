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

    /// <summary>As many rows as there are, but rare classes more often and frequent ones less, in the random order of (seed, epoch).</summary>
    /// <remarks>
    /// Class c, with n_c of n rows, gets n * n_c^(1 - balance) / sum_k n_k^(1 - balance) places, rounded so that they add up to n.
    /// Within a class no row comes a second time before all have come once, and which come more often is drawn anew in each
    /// epoch. At balance 0 it is <see cref="Shuffled"/>.
    /// </remarks>
    /// <param name="labels">The class number of each row, from 0.</param>
    /// <param name="batchSize">Rows in the largest batch.</param>
    /// <param name="seed">With the epoch, what the draws are a function of.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="balance">In [0, 1]; 0 is off, 1 gives all classes equally many places.</param>
    public static int[][] Balanced(IReadOnlyList<int> labels, int batchSize, long seed, int epoch, double balance)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (balance is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(balance), balance, "The balance of classes must be in [0, 1]; 0 turns it off, 1 shows all classes equally often.");
        if (balance == 0)
            return Shuffled(labels.Count, batchSize, seed, epoch);

        var random = SeededRandom.For(seed, RandomPurpose.Order, epoch);
        var classes = Enumerable.Range(0, labels.Count).GroupBy(row => labels[row]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToList();
        var places = Places([.. classes.Select(rows => Math.Pow(rows.Length, 1 - balance))], labels.Count);
        var order = classes.Zip(places).SelectMany(pair => Draw(pair.First, pair.Second, random)).ToArray();
        random.Shuffle(order);
        return Cut(order, batchSize);
    }

    /// <summary>Shares of a total in whole numbers that add up to it: the largest remainders are rounded up.</summary>
    private static int[] Places(double[] shares, int total)
    {
        var sum = shares.Sum();
        var exact = Array.ConvertAll(shares, share => total * share / sum);
        var places = Array.ConvertAll(exact, value => (int)value);
        foreach (var i in Enumerable.Range(0, exact.Length).OrderByDescending(i => exact[i] - places[i]).Take(total - places.Sum()))
            places[i]++;
        return places;
    }

    private static IEnumerable<int> Draw(int[] rows, int count, SeededRandom random)
    {
        while (count > 0)
        {
            random.Shuffle(rows);
            foreach (var row in rows.Take(count))
                yield return row;
            count -= rows.Length;
        }
    }

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
