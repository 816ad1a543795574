using Tricks.Torch.Data;
using Tricks.Torch.Losses;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Training;

/// <summary>How a network is trained: every number of an experiment, as a value. The architecture and the seed stand beside it.</summary>
/// <remarks>
/// A recipe scales with <see cref="Epochs"/>: step milestones are fractions and warm-up is at most a tenth of the epochs,
/// so that a short run is a fair run. Use it with <c>with</c>:
/// <c>TrainingRecipe.BagOfTricks with { Epochs = 30, BatchSize = 128 }</c>.
/// </remarks>
public sealed partial record TrainingRecipe
{
    /// <summary>Passes over the training images. At least 1, default 120 (BoT §2.1).</summary>
    public int Epochs { get; init; } = 120;

    /// <summary>Images per step. At least 3 (batches are dealt evenly, and batch normalisation needs two images), at most the training images; default 256 (BoT §2.1).</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>The highest learning rate, given for a batch of 256. Greater than 0, default 0.1 (BoT §2.1).</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Whether the rate is multiplied by BatchSize / 256 (BoT §3.1). Default false.</summary>
    public bool LinearScaling { get; init; }

    /// <summary>Epochs of linear warm-up, counted per batch; at most a tenth of <see cref="Epochs"/> is used. At least 0, default 0; the paper's value is 5 (BoT §3.1).</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>How the rate falls after warm-up. Default <see cref="LearningRateDecay.Step"/>.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Step;

    /// <summary>The factor at each milestone of <see cref="LearningRateDecay.Step"/>. In (0, 1], default 0.1.</summary>
    public double StepFactor { get; init; } = 0.1;

    /// <summary>The factor after each epoch of <see cref="LearningRateDecay.Exponential"/>. In (0, 1], default 0.94.</summary>
    public double ExponentialFactor { get; init; } = 0.94;

    /// <summary>What moves the weights. Default <see cref="OptimizerKind.Sgd"/> (BoT §2.1).</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>The momentum of gradient descent, Nesterov's or LARS's. In [0, 1), default 0.9 (GluonCV's; the paper gives none).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the gradient step looks ahead along the momentum. Default true (BoT §2.1).</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>How long Adam's mean of gradients remembers. In [0, 1), default 0.9 (arXiv:1412.6980).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How long Adam's mean of squared gradients remembers. In [0, 1), default 0.999 (arXiv:1412.6980).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Bounds Adam's step where gradients vanish. Greater than 0, default 1e-8 (arXiv:1412.6980).</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The trust coefficient of LARS. Greater than 0, default 0.001 (arXiv:1708.03888).</summary>
    public double TrustCoefficient { get; init; } = 0.001;

    /// <summary>Weight decay. At least 0, default 1e-4 (GluonCV's; the paper gives none).</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Whether only the weights of convolutions and fully connected layers decay (BoT §3.1). Default false.</summary>
    public bool NoBiasDecay { get; init; }

    /// <summary>Whether each residual block starts as the identity: gamma = 0 in its last batch normalisation (BoT §3.1). Default false.</summary>
    public bool ZeroGamma { get; init; }

    /// <summary>Epsilon of label smoothing. In [0, 1), default 0 (off); the paper's value is 0.1 (BoT §5.2).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Where the smoothed mass goes. Default <see cref="LabelSmoothingConvention.Paper"/>.</summary>
    public LabelSmoothingConvention LabelSmoothingConvention { get; init; }

    /// <summary>Alpha of mixup. At least 0, default 0 (off); the paper's value is 0.2 (BoT §5.4).</summary>
    public double MixupAlpha { get; init; }

    /// <summary>Alpha of CutMix. At least 0, default 0 (off); the paper's value is 1 (arXiv:1905.04899).</summary>
    public double CutMixAlpha { get; init; }

    /// <summary>Where mixup and CutMix are both on: how often a batch is CutMix's. In [0, 1], default 0.5 (timm's).</summary>
    public double CutMixProbability { get; init; } = 0.5;

    /// <summary>
    /// The probability with which the last residual block is left out for an image, rising linearly over the blocks. In [0, 1),
    /// default 0 (off); usual are 0.05 to 0.2 (<see cref="Models.DropPath"/>).
    /// </summary>
    public double DropPath { get; init; }

    /// <summary>The image size of the first epochs as a fraction of the full one. In (0, 1], default 1 (off) (<see cref="ImageSizeSchedule"/>).</summary>
    public double InitialImageScale { get; init; } = 1;

    /// <summary>The weight of the teachers' part in the loss, where there are teachers. At least 0, default 1 (BoT §5.3); 0 is off.</summary>
    public double DistillationWeight { get; init; } = 1;

    /// <summary>The temperature T of distillation. Greater than 0, default 20 (BoT §5.3).</summary>
    public double DistillationTemperature { get; init; } = 20;

    /// <summary>How far rare classes count more in the loss (<see cref="ClassWeights"/>). In [0, 1], default 0 (off); 1 weighs by inverse frequency.</summary>
    public double ClassWeighting { get; init; }

    /// <summary>
    /// How far the shares of the classes in an epoch are evened out (<see cref="BatchPlan.Balanced"/>). In [0, 1], default 0 (off); at 1
    /// every class comes equally often. With <see cref="ClassWeighting"/> it would correct twice: use one of them.
    /// </summary>
    public double ClassBalancing { get; init; }

    /// <summary>
    /// Parts of a batch that go through the network one after the other, their gradients added up: less memory, the same
    /// step. At least 1, default 1 (off). Batch normalisation takes its statistics from each part; without it (or frozen), the
    /// step is that of the whole batch up to rounding.
    /// </summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>The bound on every element of a gradient. Greater than 0; null (the default) is off (<see cref="GradientClipping.ByValue"/>).</summary>
    public double? ClipValue { get; init; }

    /// <summary>The bound on the 2-norm of all gradients together. Greater than 0; null (the default) is off (<see cref="GradientClipping.ByGlobalNorm"/>).</summary>
    public double? ClipNorm { get; init; }

    /// <summary>What is done to a training image; null (the default) chooses by image size: <see cref="Augmentation.For"/>.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>The number format of the convolutions in training; evaluation is in float32. Default <see cref="Precision.Float32"/>.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// The decay of a running average of weights and buffers, which is what is validated and kept. In [0, 1), default 0 (off);
    /// usual are 0.99 to 0.9999 (<see cref="ExponentialMovingAverage"/>).
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>Epochs without a better validation accuracy after which training ends; null (the default) never ends early.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>The rate after linear scaling: LearningRate * BatchSize / 256, or LearningRate itself.</summary>
    public double PeakLearningRate => LinearScaling ? Schedules.LinearScaling.Rate(LearningRate, BatchSize) : LearningRate;

    /// <summary>The learning rate of every step of a training.</summary>
    /// <param name="stepsPerEpoch">Steps in an epoch, at least 1.</param>
    public Schedule LearningRateSchedule(int stepsPerEpoch)
    {
        var total = (long)Epochs * stepsPerEpoch;
        var warmup = (long)Math.Round(Math.Min(WarmupEpochs, Epochs / 10.0) * stepsPerEpoch);
        var rate = PeakLearningRate;
        return new Warmup(warmup, Decay switch
        {
            LearningRateDecay.Constant => new ConstantSchedule(rate),
            LearningRateDecay.Step => new StepSchedule(
                rate, [(total / 4) - warmup, (total / 2) - warmup, (total * 3 / 4) - warmup], StepFactor),
            LearningRateDecay.Exponential => new ExponentialSchedule(rate, stepsPerEpoch, ExponentialFactor),
            LearningRateDecay.Cosine => new CosineSchedule(rate, total - warmup),
            _ => throw new InvalidOperationException($"Decay is {Decay}."),
        });
    }
}
