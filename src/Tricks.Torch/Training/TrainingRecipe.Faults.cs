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
        if (!(CutMixAlpha >= 0 && double.IsFinite(CutMixAlpha)))
            yield return Fault(nameof(CutMixAlpha), CutMixAlpha, "at least 0; 0 turns CutMix off");
        if (!(CutMixProbability is >= 0 and <= 1))
            yield return Fault(nameof(CutMixProbability), CutMixProbability, "in [0, 1]; the usual value is 0.5");
        if (!(DropPath is >= 0 and < 1))
            yield return Fault(nameof(DropPath), DropPath, "in [0, 1); 0 turns drop path off");
        if (!(InitialImageScale is > 0 and <= 1))
            yield return Fault(nameof(InitialImageScale), InitialImageScale, "in (0, 1]; 1 turns progressive resizing off");
        if (!(DistillationWeight >= 0 && double.IsFinite(DistillationWeight)))
            yield return Fault(nameof(DistillationWeight), DistillationWeight, "at least 0; 0 turns distillation off, the paper's value is 1");
        if (!(DistillationTemperature > 0 && double.IsFinite(DistillationTemperature)))
            yield return Fault(nameof(DistillationTemperature), DistillationTemperature, "a finite number greater than 0; the paper's value is 20");
        if (!(ClassWeighting is >= 0 and <= 1))
            yield return Fault(nameof(ClassWeighting), ClassWeighting, "in [0, 1]; 0 turns class weights off, 1 weighs by inverse frequency");
        if (!(ClassBalancing is >= 0 and <= 1))
            yield return Fault(nameof(ClassBalancing), ClassBalancing, "in [0, 1]; 0 turns balanced sampling off, 1 shows all classes equally often");
        if (MicroBatches < 1)
            yield return Fault(nameof(MicroBatches), MicroBatches, "at least 1; 1 is off");
        else if (MicroBatches > 1 && BatchSize < (4L * MicroBatches) - 1)
            yield return Fault(nameof(MicroBatches), MicroBatches, $"at most (BatchSize + 1) / 4, which is {(BatchSize + 1) / 4}: batch normalisation needs two images in every part of the smallest batch");
        if (ClipValue is { } clipValue && !(clipValue > 0))
            yield return Fault(nameof(ClipValue), clipValue, "greater than 0, or null to clip nothing");
        if (ClipNorm is { } clipNorm && !(clipNorm > 0))
            yield return Fault(nameof(ClipNorm), clipNorm, "greater than 0, or null to clip nothing");
        if (!Enum.IsDefined(Precision))
            yield return Fault(nameof(Precision), (int)Precision, $"one of {string.Join(", ", Enum.GetNames<Precision>())}");
        if (EarlyStoppingPatience is < 1)
            yield return Fault(nameof(EarlyStoppingPatience), EarlyStoppingPatience.Value, "at least 1, or null to train all epochs");
        foreach (var fault in Augmentation?.Faults() ?? [])
            yield return $"Augmentation: {fault}";
    }

    private static string Fault(string option, double value, string allowed) =>
        string.Create(CultureInfo.InvariantCulture, $"{option} is {value}; it must be {allowed}.");
}
