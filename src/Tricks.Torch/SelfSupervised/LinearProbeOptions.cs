using System.Globalization;

namespace Tricks.Torch.SelfSupervised;

/// <summary>How a <see cref="LinearProbe"/> is trained.</summary>
public sealed record LinearProbeOptions
{
    /// <summary>Passes over the features. At least 1, default 100.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Rows per step. At least 1, default 256; at most the rows are used.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The learning rate of the first step; it falls along half a cosine. Greater than 0, default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Weight decay. At least 0, default 1e-4.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>The order of the rows is a function of it. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>One sentence for every option out of range; none for sound options.</summary>
    public IEnumerable<string> Faults()
    {
        if (Epochs < 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"Epochs is {Epochs}; it must be at least 1.");
        if (BatchSize < 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"BatchSize is {BatchSize}; it must be at least 1.");
        if (!(LearningRate > 0 && LearningRate <= float.MaxValue))
            yield return string.Create(CultureInfo.InvariantCulture, $"LearningRate is {LearningRate}; it must be a finite number greater than 0. The usual value is 0.1.");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return string.Create(CultureInfo.InvariantCulture, $"WeightDecay is {WeightDecay}; it must be at least 0. 0 turns it off.");
    }
}
