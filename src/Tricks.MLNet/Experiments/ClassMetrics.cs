namespace Tricks.MLNet.Experiments;

/// <summary>How well one class was recognised, over all finished trials of a candidate.</summary>
/// <param name="ClassName">The class.</param>
/// <param name="Rows">Scored test rows of the class, each counted once for each trial that tested it.</param>
/// <param name="Precision">Of the rows predicted as the class, the share that is; NaN where none was.</param>
/// <param name="Recall">Of the rows of the class, the share predicted as it; NaN without rows.</param>
public sealed record ClassMetrics(string ClassName, int Rows, double Precision, double Recall)
{
    /// <summary>2 * precision * recall / (precision + recall); NaN where either is, or both are 0.</summary>
    public double F1 => 2 * Precision * Recall / (Precision + Recall);

    /// <summary>Reads them off a confusion matrix.</summary>
    internal static IReadOnlyList<ClassMetrics> Of(int[,] confusion, IReadOnlyList<string> classNames) =>
    [
        .. classNames.Select((name, c) =>
        {
            var rows = Enumerable.Range(0, classNames.Count).Sum(other => confusion[c, other]);
            var predicted = Enumerable.Range(0, classNames.Count).Sum(other => confusion[other, c]);
            return new ClassMetrics(name, rows, (double)confusion[c, c] / predicted, (double)confusion[c, c] / rows);
        }),
    ];
}
