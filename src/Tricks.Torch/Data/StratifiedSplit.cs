using Tricks.Torch.Runtime;

namespace Tricks.Torch.Data;

/// <summary>Holds out the same share of every class for validation, by seed.</summary>
public static class StratifiedSplit
{
    /// <summary>Splits positions 0..n-1 by their labels.</summary>
    /// <remarks>
    /// Of a class with m rows, round(fraction * m) are held out, at least one where m is 2 or more and never all. Both
    /// results are in rising order. The same labels, fraction and seed give the same split.
    /// </remarks>
    /// <param name="labels">The class number of each row.</param>
    /// <param name="fraction">The share held out, in (0, 1).</param>
    /// <param name="seed">Which rows are held out is a function of it and the class number.</param>
    public static (int[] Training, int[] Validation) By(IReadOnlyList<int> labels, double fraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (fraction is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share held out must be in (0, 1).");

        var heldOut = new bool[labels.Count];
        foreach (var rowsOfClass in Enumerable.Range(0, labels.Count).GroupBy(row => labels[row]))
        {
            var rows = rowsOfClass.ToArray();
            SeededRandom.For(seed, RandomPurpose.Split, rowsOfClass.Key).Shuffle(rows);
            var count = Math.Clamp((int)Math.Round(fraction * rows.Length), Math.Min(1, rows.Length - 1), rows.Length - 1);
            foreach (var row in rows.Take(count))
                heldOut[row] = true;
        }

        var all = Enumerable.Range(0, labels.Count);
        return (all.Where(row => !heldOut[row]).ToArray(), all.Where(row => heldOut[row]).ToArray());
    }
}
