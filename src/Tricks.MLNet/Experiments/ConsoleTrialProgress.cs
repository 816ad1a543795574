using System.Globalization;

namespace Tricks.MLNet.Experiments;

/// <summary>One line per finished trial.</summary>
/// <param name="writer">Where to write; the console by default.</param>
public sealed class ConsoleTrialProgress(TextWriter? writer = null) : IProgress<TrialProgress>
{
    private readonly TextWriter _writer = writer ?? Console.Out;

    /// <inheritdoc/>
    public void Report(TrialProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Result is not { } trial)
            return;
        var outcome = trial.State == TrialState.Failed
            ? $"FAILED: {trial.Error}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"accuracy {trial.Accuracy:f4}, {trial.TrainingSeconds:f1} s{(value.Event == TrialEvent.Restored ? " (from the file)" : "")}{(value.IsBest ? " (best so far)" : "")}");
        var part = trial.Rung > 0 ? $"rung {trial.Rung}" : $"repeat {trial.Repeat + 1}, fold {trial.Fold + 1}";
        _writer.WriteLine($"[{value.Trial}/{value.Trials}] {trial.Candidate}, {part}: {outcome}");
    }
}
