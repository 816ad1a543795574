namespace Tricks.MLNet.Experiments;

/// <summary>How many samples of a search train for how many epochs.</summary>
/// <param name="Samples">Samples that train in this rung.</param>
/// <param name="Epochs">Epochs of each; null leaves them to the sample.</param>
internal sealed record Rung(int Samples, int? Epochs);

/// <summary>Successive halving: many samples train briefly, the best of them longer (Jamieson and Talwalkar, arXiv:1502.07943).</summary>
internal static class SuccessiveHalving
{
    /// <summary>
    /// Rung i has floor(samples / factor^i) samples of maximum * factor^(i - s) epochs, s = floor(log(maximum / minimum) / log(factor)),
    /// as long as there are more samples than finalists. The finalists' full training is the comparison itself.
    /// </summary>
    public static IReadOnlyList<Rung> Rungs(int samples, int finalists, int minimum, int maximum, int factor)
    {
        var steps = 0;
        for (long epochs = (long)minimum * factor; epochs <= maximum; epochs *= factor)
            steps++;
        var rungs = new List<Rung>();
        var (left, share) = (samples, Math.Pow(factor, -steps));
        for (var i = 0; i <= steps && left > finalists; i++)
        {
            rungs.Add(new Rung(left, Math.Max(minimum, (int)Math.Round(maximum * share))));
            (left, share) = (Math.Max(finalists, left / factor), share * factor);
        }

        return rungs;
    }
}
