using System.Globalization;

namespace Tricks.Torch.Training;

/// <summary>The training loss became NaN or infinite; no weight was moved by that step.</summary>
public sealed class NonFiniteLossException(double loss, long step, int epoch, double learningRate, IReadOnlyList<string> rows, GradientDiagnosis? diagnosis = null)
    : ArithmeticException(string.Create(
        CultureInfo.InvariantCulture,
        $"The training loss is {loss} at step {step} (epoch {epoch}, learning rate {learningRate:g6}, {rows.Count} rows: {string.Join(", ", rows.Take(5))}{(rows.Count > 5 ? ", ..." : "")}). Lower LearningRate, or raise WarmupEpochs; if it happens at once, look at these rows.{(diagnosis is null ? "" : $" {diagnosis.Message}")}"))
{
    /// <summary>The loss, NaN or infinite.</summary>
    public double Loss { get; } = loss;

    /// <summary>The gradients of the epoch up to that step; null unless <see cref="TrainingLoopOptions.RecordNormsEvery"/> is set.</summary>
    public GradientDiagnosis? Diagnosis { get; } = diagnosis;

    /// <summary>The step, from 0.</summary>
    public long Step { get; } = step;

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; } = learningRate;

    /// <summary>The file or row of each image of the batch.</summary>
    public IReadOnlyList<string> Rows { get; } = rows;
}
