using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>What every trick of a recipe signs: it changes the weights when on, nothing when off, and leaves no tensor behind.</summary>
[TestClass]
public class TrickContractTests
{
    private const string Distillation = "distillation";
    private const int Uneven = 46; // images: two steps, and one class more often than the others

    // The plainest recipe: every trick at its off value.
    private static readonly TrainingRecipe Plain = TrainingRecipe.Baseline with
    {
        Epochs = 1,
        BatchSize = 24,
        Decay = LearningRateDecay.Constant,
        Momentum = 0,
        Nesterov = false,
        WeightDecay = 0,
        Augmentation = Augmentation.None,
    };

    // A trick, the recipe with it on, and the recipe with it written out at its off value.
    private static IEnumerable<(string Trick, TrainingRecipe On, TrainingRecipe Off)> Tricks =>
    [
        ("linear scaling", Plain with { LinearScaling = true }, Plain with { LinearScaling = false }),
        ("warm-up", Plain with { Epochs = 10, WarmupEpochs = 5 }, Plain with { Epochs = 10, WarmupEpochs = 0 }),
        ("step decay", Plain with { Decay = LearningRateDecay.Step }, Plain with { Decay = LearningRateDecay.Step, StepFactor = 1 }),
        ("exponential decay", Plain with { Epochs = 2, Decay = LearningRateDecay.Exponential, ExponentialFactor = 0.5 }, Plain with { Epochs = 2, Decay = LearningRateDecay.Exponential, ExponentialFactor = 1 }),
        ("cosine decay", Plain with { Decay = LearningRateDecay.Cosine }, Plain with { Decay = LearningRateDecay.Constant }),
        ("momentum", Plain with { Momentum = 0.9 }, Plain with { Momentum = 0 }),
        ("Nesterov", Plain with { Momentum = 0.9, Nesterov = true }, Plain with { Momentum = 0, Nesterov = true }),
        ("weight decay", Plain with { WeightDecay = 0.1 }, Plain with { WeightDecay = 0 }),
        ("no bias decay", Plain with { WeightDecay = 0.1, NoBiasDecay = true }, Plain with { WeightDecay = 0, NoBiasDecay = true }),
        ("AdamW", Plain with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.001 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("Adam", Plain with { Optimizer = OptimizerKind.Adam, LearningRate = 0.001 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("LARS", Plain with { Optimizer = OptimizerKind.Lars, LearningRate = 1 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("EMA", Plain with { EmaDecay = 0.5 }, Plain with { EmaDecay = 0 }),
        ("zero gamma", Plain with { ZeroGamma = true }, Plain with { ZeroGamma = false }),
        ("label smoothing", Plain with { LabelSmoothing = 0.1 }, Plain with { LabelSmoothing = 0 }),
        ("mixup", Plain with { MixupAlpha = 0.2 }, Plain with { MixupAlpha = 0 }),
        ("CutMix", Plain with { CutMixAlpha = 1 }, Plain with { CutMixAlpha = 0 }),
        ("mixup or CutMix", Plain with { MixupAlpha = 0.2, CutMixAlpha = 1 }, Plain with { MixupAlpha = 0, CutMixAlpha = 0, CutMixProbability = 1 }),
        (Distillation, Plain with { DistillationWeight = 1, DistillationTemperature = 2 }, Plain with { DistillationWeight = 0, DistillationTemperature = 2 }),
        ("class weights", Plain with { ClassWeighting = 1 }, Plain with { ClassWeighting = 0 }),
        ("balanced sampling", Plain with { ClassBalancing = 1 }, Plain with { ClassBalancing = 0 }),
        ("gradient accumulation", Plain with { MicroBatches = 2 }, Plain with { MicroBatches = 1 }),
        ("clipping by value", Plain with { ClipValue = 1e-3 }, Plain with { ClipValue = double.PositiveInfinity }),
        ("clipping by norm", Plain with { ClipNorm = 0.1 }, Plain with { ClipNorm = double.PositiveInfinity }),
        ("bfloat16", Plain with { Precision = Precision.BFloat16 }, Plain with { Precision = Precision.Float32 }),
        ("pad and crop", Plain with { Augmentation = new Augmentation { Crop = CropKind.PadCrop } }, Plain with { Augmentation = new Augmentation { Crop = CropKind.PadCrop, Padding = 0 } }),
        ("random resized crop", Plain with { Augmentation = new Augmentation { Crop = CropKind.RandomResizedCrop } }, Plain with { Augmentation = new Augmentation { Crop = CropKind.RandomResizedCrop, CropArea = (1, 1), CropAspectRatio = (1, 1) } }),
        ("flip", Plain with { Augmentation = new Augmentation { FlipProbability = 0.5 } }, Plain with { Augmentation = new Augmentation { FlipProbability = 0 } }),
        ("colour jitter", Plain with { Augmentation = new Augmentation { Brightness = 0.4 } }, Plain with { Augmentation = new Augmentation { Brightness = 0, Saturation = 0, Hue = 0 } }),
        ("random erasing", Plain with { Augmentation = new Augmentation { ErasingProbability = 0.5 } }, Plain with { Augmentation = new Augmentation { ErasingProbability = 0 } }),
        ("TrivialAugment", Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Trivial } }, Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.None } }),
        ("RandAugment", Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Rand } }, Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Rand, RandAugmentOperations = 0 } }),
        ("drop path", Plain with { DropPath = 0.5 }, Plain with { DropPath = 0 }),
        ("progressive resizing", Plain with { InitialImageScale = 0.5 }, Plain with { InitialImageScale = 1 }),
        ("PCA noise", Plain with { Augmentation = new Augmentation { PcaNoise = 0.1 } }, Plain with { Augmentation = new Augmentation { PcaNoise = 0 } }),
    ];

    public static IEnumerable<object[]> TrickNames => Tricks.Select(t => new object[] { t.Trick });

    [TestMethod]
    [DynamicData(nameof(TrickNames))]
    public void On_it_changes_the_weights_and_off_it_changes_no_bit(string trick)
    {
        var (_, on, off) = Tricks.Single(t => t.Trick == trick);
        using var teacher = Stripes.Network(zeroGamma: false);
        var plain = Stripes.TrainedWeights(Plain with { Epochs = on.Epochs }, Uneven);
        CollectionAssert.AreEqual(plain, Trained(trick, off, teacher), $"{trick} at its off value");
        CollectionAssert.AreNotEqual(plain, Trained(trick, on, teacher), $"{trick} switched on");
    }

    [TestMethod]
    [DynamicData(nameof(TrickNames))]
    public void Two_steps_leave_no_tensor_behind(string trick)
    {
        var (_, on, _) = Tricks.Single(t => t.Trick == trick);
        using var network = Stripes.Network(on.ZeroGamma);
        using var teacher = Stripes.Network(zeroGamma: false);
        TensorLeaks.AssertNone(() =>
        {
            using var loop = new TrainingLoop(network, Stripes.Images(Uneven), Stripes.Images(12, 1000), Options(trick, on, teacher));
            loop.Run();
        });
    }

    private static float[] Trained(string trick, TrainingRecipe recipe, Module<Tensor, Tensor> teacher) =>
        Stripes.TrainedWeights(recipe, Uneven, teachers: Options(trick, recipe, teacher).Teachers);

    private static TrainingLoopOptions Options(string trick, TrainingRecipe recipe, Module<Tensor, Tensor> teacher) =>
        Stripes.Options(recipe) with { Teachers = trick == Distillation ? [new Teacher(teacher, Stripes.Preprocessing)] : [] };
}
