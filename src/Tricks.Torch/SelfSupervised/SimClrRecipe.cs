using System.Globalization;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;

namespace Tricks.Torch.SelfSupervised;

/// <summary>How an encoder is pretrained without labels: every number of an experiment, as a value (SimCLR, arXiv:2002.05709).</summary>
/// <remarks>Use it with <c>with</c>: <c>SimClrRecipe.Short with { Epochs = 50 }</c>. Rates fall along half a cosine after the warm-up.</remarks>
public sealed record SimClrRecipe
{
    /// <summary>Passes over the images. At least 1, default 100.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Images per step; the loss sees two views of each. At least 2 and at most the images, default 256.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>
    /// Images (two views each) per forward pass; null (the default) takes the whole batch. A smaller number computes the same loss over the
    /// whole batch in pieces (gradient caching): memory is that of a piece, time about 4/3. Batch normalisation sees a piece. At least 2.
    /// </summary>
    public int? ChunkSize { get; init; }

    /// <summary>What moves the weights. Default <see cref="OptimizerKind.Sgd"/>, without Nesterov; <see cref="OptimizerKind.Lars"/> for batches of 1,024 and more.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>The highest learning rate, given for a batch of 256. Greater than 0, default 0.3.</summary>
    public double LearningRate { get; init; } = 0.3;

    /// <summary>How the rate grows with the batch. Default <see cref="LearningRateScaling.Linear"/>.</summary>
    public LearningRateScaling Scaling { get; init; } = LearningRateScaling.Linear;

    /// <summary>Epochs of linear warm-up, counted per batch; at most a tenth of <see cref="Epochs"/> is used. At least 0, default 10.</summary>
    public double WarmupEpochs { get; init; } = 10;

    /// <summary>Momentum of SGD and LARS. In [0, 1), default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay of all weights but biases and normalisations. At least 0, default 1e-4; the paper has 1e-6 with LARS.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Temperature of NT-Xent. Greater than 0, default 0.5.</summary>
    public double Temperature { get; init; } = 0.5;

    /// <summary>Layers of the projection head: 2 (the default) or 3.</summary>
    public int HeadLayers { get; init; } = 2;

    /// <summary>Length of the head's hidden layers. At least 1, default 2048.</summary>
    public int HeadHiddenSize { get; init; } = 2048;

    /// <summary>Length of an embedding z. At least 2, default 128.</summary>
    public int HeadOutputSize { get; init; } = 128;

    /// <summary>How views are made; null (the default) chooses by image size: <see cref="ViewAugmentation.For"/>.</summary>
    public ViewAugmentation? Augmentation { get; init; }

    /// <summary>The number format of the convolutions; head and loss are float32. Float32 (the default) or BFloat16.</summary>
    public Precision Precision { get; init; }

    /// <summary>The paper's for ImageNet: batch 4,096, LARS at 0.3 * batch / 256, decay 1e-6, temperature 0.1, 100 epochs.</summary>
    public static SimClrRecipe ImageNet { get; } = new()
    {
        BatchSize = 4096,
        Optimizer = OptimizerKind.Lars,
        WeightDecay = 1e-6,
        Temperature = 0.1,
    };

    /// <summary>CIFAR-10 at batch 256 and temperature 0.5, head 512-2048-128, by SGD. The defaults.</summary>
    public static SimClrRecipe Cifar10 { get; } = new();

    /// <summary>For thousands of images and minutes to an hour: 30 epochs, batch 128. Ours, not the paper's.</summary>
    public static SimClrRecipe Short { get; } = new() { Epochs = 30, BatchSize = 128 };

    /// <summary>The rate after scaling with the batch.</summary>
    public double PeakLearningRate => Scaling switch
    {
        LearningRateScaling.Linear => LinearScaling.Rate(LearningRate, BatchSize),
        LearningRateScaling.SquareRoot => LearningRate * Math.Sqrt((double)BatchSize / LinearScaling.BaseBatchSize),
        _ => LearningRate,
    };

    /// <summary>The learning rate of every step.</summary>
    /// <param name="stepsPerEpoch">Steps in an epoch, at least 1.</param>
    public Schedule LearningRateSchedule(int stepsPerEpoch)
    {
        var total = (long)Epochs * stepsPerEpoch;
        var warmup = (long)Math.Round(Math.Min(WarmupEpochs, Epochs / 10.0) * stepsPerEpoch);
        return new Warmup(warmup, new CosineSchedule(PeakLearningRate, total - warmup));
    }

    /// <summary>One sentence for every option that is out of range, with its value, what is allowed and the remedy; none for a sound recipe.</summary>
    public IEnumerable<string> Faults()
    {
        if (Epochs < 1)
            yield return Fault(nameof(Epochs), Epochs, "at least 1");
        if (BatchSize < 2)
            yield return Fault(nameof(BatchSize), BatchSize, "at least 2: NT-Xent tells a view from those of other images. Raise BatchSize");
        if (ChunkSize is < 2)
            yield return Fault(nameof(ChunkSize), ChunkSize.Value, "at least 2, or null for the whole batch: batch normalisation needs several images");
        if (!Enum.IsDefined(Optimizer))
            yield return Fault(nameof(Optimizer), (int)Optimizer, $"one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}");
        if (!(LearningRate > 0 && PeakLearningRate <= float.MaxValue))
            yield return Fault(nameof(LearningRate), LearningRate, "a finite number greater than 0; the usual value is 0.3");
        if (!Enum.IsDefined(Scaling))
            yield return Fault(nameof(Scaling), (int)Scaling, "None, Linear or SquareRoot");
        if (!(WarmupEpochs >= 0 && double.IsFinite(WarmupEpochs)))
            yield return Fault(nameof(WarmupEpochs), WarmupEpochs, "at least 0; 0 turns warm-up off");
        if (!(Momentum is >= 0 and < 1))
            yield return Fault(nameof(Momentum), Momentum, "in [0, 1); 0 turns momentum off");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return Fault(nameof(WeightDecay), WeightDecay, "at least 0; 0 turns weight decay off");
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            yield return Fault(nameof(Temperature), Temperature, "a finite number greater than 0; the usual values are 0.1 to 0.5");
        if (HeadLayers is not (2 or 3))
            yield return Fault(nameof(HeadLayers), HeadLayers, "2 or 3");
        if (HeadHiddenSize < 1)
            yield return Fault(nameof(HeadHiddenSize), HeadHiddenSize, "at least 1; the usual value is 2048");
        if (HeadOutputSize < 2)
            yield return Fault(nameof(HeadOutputSize), HeadOutputSize, "at least 2; the usual value is 128");
        if (Precision is not (Precision.Float32 or Precision.BFloat16))
            yield return $"{nameof(Precision)} is {Precision}; it must be Float32 or BFloat16: SimCLR has no loss scaling.";
        foreach (var fault in Augmentation?.Faults() ?? [])
            yield return $"Augmentation: {fault}";
    }

    private static string Fault(string option, double value, string allowed) =>
        string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be {allowed}.");
}
