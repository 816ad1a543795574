using System.Globalization;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Training;

/// <content>What is out of range in a recipe.</content>
public sealed partial record TrainingRecipe
{
    /// <summary>One sentence for every option that is out of range, with its value, what is allowed and the remedy; none for a sound recipe.</summary>
    public IEnumerable<string> Faults()
    {
        if (Epochs < 1)
            yield return Fault(nameof(Epochs), Epochs, "at least 1");
        if (BatchSize < 3)
            yield return Fault(nameof(BatchSize), BatchSize, "at least 3: an epoch's rows are dealt evenly, and batch normalisation needs two of them in every batch");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            yield return Fault(nameof(LearningRate), LearningRate, "a finite number greater than 0; the paper's value is 0.1");
        if (PeakLearningRate > float.MaxValue)
            yield return Fault(nameof(LearningRate), LearningRate, "a number that 32 bits can hold, after linear scaling too");
        if (!(WarmupEpochs >= 0 && double.IsFinite(WarmupEpochs)))
            yield return Fault(nameof(WarmupEpochs), WarmupEpochs, "at least 0; 0 turns warm-up off");
        if (!Enum.IsDefined(Decay))
            yield return Fault(nameof(Decay), (int)Decay, $"one of {string.Join(", ", Enum.GetNames<LearningRateDecay>())}");
        if (!(StepFactor is > 0 and <= 1))
            yield return Fault(nameof(StepFactor), StepFactor, "in (0, 1]; 1 leaves the rate as it is");
        if (!(ExponentialFactor is > 0 and <= 1))
            yield return Fault(nameof(ExponentialFactor), ExponentialFactor, "in (0, 1]; 1 leaves the rate as it is");
        if (!(Momentum is >= 0 and < 1))
            yield return Fault(nameof(Momentum), Momentum, "in [0, 1); 0 turns momentum off");
        if (!Enum.IsDefined(Optimizer))
            yield return Fault(nameof(Optimizer), (int)Optimizer, $"one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}");
        if (!(Beta1 is >= 0 and < 1))
            yield return Fault(nameof(Beta1), Beta1, "in [0, 1); the usual value is 0.9");
        if (!(Beta2 is >= 0 and < 1))
            yield return Fault(nameof(Beta2), Beta2, "in [0, 1); the usual value is 0.999");
        if (!(AdamEpsilon > 0 && double.IsFinite(AdamEpsilon)))
            yield return Fault(nameof(AdamEpsilon), AdamEpsilon, "a finite number greater than 0; the usual value is 1e-8");
        if (!(TrustCoefficient > 0 && double.IsFinite(TrustCoefficient)))
            yield return Fault(nameof(TrustCoefficient), TrustCoefficient, "a finite number greater than 0; the paper's value is 0.001");
        if (!(EmaDecay is >= 0 and < 1))
            yield return Fault(nameof(EmaDecay), EmaDecay, "in [0, 1); 0 turns the average off");
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return Fault(nameof(WeightDecay), WeightDecay, "at least 0; 0 turns weight decay off");
        if (!(LabelSmoothing is >= 0 and < 1))
            yield return Fault(nameof(LabelSmoothing), LabelSmoothing, "in [0, 1); 0 turns label smoothing off");
        if (!Enum.IsDefined(LabelSmoothingConvention))
            yield return Fault(nameof(LabelSmoothingConvention), (int)LabelSmoothingConvention, "Paper or Uniform");
        if (!(MixupAlpha >= 0 && double.IsFinite(MixupAlpha)))
            yield return Fault(nameof(MixupAlpha), MixupAlpha, "at least 0; 0 turns mixup off");
        if (!Enum.IsDefined(Precision))
            yield return Fault(nameof(Precision), (int)Precision, $"one of {string.Join(", ", Enum.GetNames<Precision>())}");
        if (EarlyStoppingPatience is < 1)
            yield return Fault(nameof(EarlyStoppingPatience), EarlyStoppingPatience.Value, "at least 1, or null to train all epochs");
        foreach (var fault in Augmentation?.Faults() ?? [])
            yield return $"Augmentation: {fault}";
        foreach (var fault in FineTuningFaults())
            yield return fault;
    }

    private static string Fault(string option, double value, string allowed) =>
        string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be {allowed}.");
}
