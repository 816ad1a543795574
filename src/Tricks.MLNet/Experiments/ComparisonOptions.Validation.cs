namespace Tricks.MLNet.Experiments;

/// <content>Checks.</content>
public sealed partial class ComparisonOptions
{
    internal int EffectiveRepeats => Repeats ?? (Folds is null ? 5 : 1);

    /// <summary>A copy, so that what was checked is what is used.</summary>
    internal ComparisonOptions Copy() => (ComparisonOptions)MemberwiseClone();

    /// <summary>Throws one exception that lists every fault.</summary>
    internal void Validate(IReadOnlyList<TrainerCandidate> candidates)
    {
        var faults = Faults(candidates).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"CompareTrainers cannot compare with these options:{Environment.NewLine}- " +
                string.Join($"{Environment.NewLine}- ", faults));
        }
    }

    private IEnumerable<string> Faults(IReadOnlyList<TrainerCandidate> candidates)
    {
        if (candidates.Count == 0)
            yield return "There are no candidates; give at least one.";
        foreach (var name in candidates.Select(c => c?.Name).GroupBy(n => n).Where(g => g.Key is null || g.Count() > 1).Select(g => g.Key))
            yield return name is null ? "A candidate is null." : $"Several candidates are called '{name}'; give each its own name.";
        if (Baseline is not null && candidates.All(c => c?.Name != Baseline))
            yield return $"Baseline is '{Baseline}', which is none of the candidates {string.Join(", ", candidates.Select(c => $"'{c?.Name}'"))}.";
        if (candidates.FirstOrDefault(c => c?.Name == Baseline)?.Search is { Finalists: > 1 })
            yield return $"Baseline is '{Baseline}', a search with several finalists; name a candidate or a search with one finalist.";
        if (Baseline is null && candidates.Count > 0 && candidates[0]?.Search is { Finalists: > 1 })
            yield return "The first candidate is a search with several finalists and cannot be the baseline; name another as Baseline.";
        foreach (var (option, value) in new[] { (nameof(LabelColumnName), LabelColumnName), (nameof(ScoreColumnName), ScoreColumnName) })
        {
            if (string.IsNullOrWhiteSpace(value))
                yield return $"{option} is empty; name a column.";
        }

        if (!Enum.IsDefined(Metric))
            yield return $"Metric is {(int)Metric}; it must be one of {string.Join(", ", Enum.GetNames<ComparisonMetric>())}.";
        if (TestSet is not null && Folds is not null)
            yield return "TestSet and Folds are both set; folds would leave the test set unused. Set one of them.";
        if (Folds is < 2)
            yield return $"Folds is {Folds}; it must be at least 2, or null to hold out TestFraction.";
        if (TestFraction is not (> 0 and < 1))
            yield return FormattableString.Invariant($"TestFraction is {TestFraction}; it must be in (0, 1).");
        if (Repeats is < 1)
            yield return $"Repeats is {Repeats}; it must be at least 1. Two trials are the least for an interval.";
        if (Level is not (> 0 and < 1))
            yield return FormattableString.Invariant($"Level is {Level}; it must be in (0, 1), such as 0.95.");
        if (TopK < 1)
            yield return $"TopK is {TopK}; it must be at least 1.";
        if (WorstMistakes < 0)
            yield return $"WorstMistakes is {WorstMistakes}; it must be at least 0.";
        if (TimeBudget <= TimeSpan.Zero)
            yield return $"TimeBudget is {TimeBudget}; it must be above zero, or null for no limit.";
        if (TimeBudget?.TotalMilliseconds > int.MaxValue)
            yield return $"TimeBudget is {TimeBudget}; it must be at most {TimeSpan.FromMilliseconds(int.MaxValue)}, or null for no limit.";
        if (EpochBudget is < 1)
            yield return $"EpochBudget is {EpochBudget}; it must be at least 1, or null for no limit.";
        if (TrialBudget is < 1)
            yield return $"TrialBudget is {TrialBudget}; it must be at least 1, or null for no limit.";
    }
}
