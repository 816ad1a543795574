using System.Reflection;
using Tricks.Torch.Losses;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>What every trick of a recipe signs: it changes the weights when on, nothing when off, leaves no tensor behind, and is resumed bit for bit.</summary>
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
        ("step decay", Plain with { Decay = LearningRateDecay.Step, StepFactor = 0.5 }, Plain with { Decay = LearningRateDecay.Step, StepFactor = 1 }),
        ("exponential decay", Plain with { Epochs = 2, Decay = LearningRateDecay.Exponential, ExponentialFactor = 0.5 }, Plain with { Epochs = 2, Decay = LearningRateDecay.Exponential, ExponentialFactor = 1 }),
        ("cosine decay", Plain with { Decay = LearningRateDecay.Cosine }, Plain with { Decay = LearningRateDecay.Constant }),
        ("momentum", Plain with { Momentum = 0.9 }, Plain with { Momentum = 0 }),
        ("Nesterov", Plain with { Momentum = 0.9, Nesterov = true }, Plain with { Momentum = 0, Nesterov = true }),
        ("weight decay", Plain with { WeightDecay = 0.1 }, Plain with { WeightDecay = 0 }),
        ("no bias decay", Plain with { WeightDecay = 0.1, NoBiasDecay = true }, Plain with { WeightDecay = 0, NoBiasDecay = true }),
        ("AdamW", Plain with { Optimizer = OptimizerKind.AdamW, LearningRate = 0.001, Beta1 = 0.8, Beta2 = 0.9, AdamEpsilon = 1e-6 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("Adam", Plain with { Optimizer = OptimizerKind.Adam, LearningRate = 0.001 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("LARS", Plain with { Optimizer = OptimizerKind.Lars, LearningRate = 1, TrustCoefficient = 0.01 }, Plain with { Optimizer = OptimizerKind.Sgd }),
        ("EMA", Plain with { EmaDecay = 0.5 }, Plain with { EmaDecay = 0 }),
        ("zero gamma", Plain with { ZeroGamma = true }, Plain with { ZeroGamma = false }),
        ("label smoothing", Plain with { LabelSmoothing = 0.1 }, Plain with { LabelSmoothing = 0 }),
        ("label smoothing over all classes", Plain with { LabelSmoothing = 0.1, LabelSmoothingConvention = LabelSmoothingConvention.Uniform }, Plain with { LabelSmoothing = 0, LabelSmoothingConvention = LabelSmoothingConvention.Uniform }),
        ("mixup", Plain with { MixupAlpha = 0.2 }, Plain with { MixupAlpha = 0 }),
        ("CutMix", Plain with { CutMixAlpha = 1 }, Plain with { CutMixAlpha = 0 }),
        ("mixup or CutMix", Plain with { MixupAlpha = 0.2, CutMixAlpha = 1, CutMixProbability = 0.4 }, Plain with { MixupAlpha = 0, CutMixAlpha = 0, CutMixProbability = 1 }),
        (Distillation, Plain with { DistillationWeight = 0.5, DistillationTemperature = 2 }, Plain with { DistillationWeight = 0, DistillationTemperature = 2 }),
        ("class weights", Plain with { ClassWeighting = 1 }, Plain with { ClassWeighting = 0 }),
        ("balanced sampling", Plain with { ClassBalancing = 1 }, Plain with { ClassBalancing = 0 }),
        ("gradient accumulation", Plain with { MicroBatches = 2 }, Plain with { MicroBatches = 1 }),
        ("clipping by value", Plain with { ClipValue = 1e-3 }, Plain with { ClipValue = double.PositiveInfinity }),
        ("clipping by norm", Plain with { ClipNorm = 0.1 }, Plain with { ClipNorm = double.PositiveInfinity }),
        ("bfloat16", Plain with { Precision = Precision.BFloat16 }, Plain with { Precision = Precision.Float32 }),
        ("pad and crop", Plain with { Augmentation = new Augmentation { Crop = CropKind.PadCrop, Padding = 2 } }, Plain with { Augmentation = new Augmentation { Crop = CropKind.PadCrop, Padding = 0 } }),
        ("random resized crop", Plain with { Augmentation = new Augmentation { Crop = CropKind.RandomResizedCrop, CropArea = (0.5, 1), CropAspectRatio = (0.5, 2) } }, Plain with { Augmentation = new Augmentation { Crop = CropKind.RandomResizedCrop, CropArea = (1, 1), CropAspectRatio = (1, 1) } }),
        ("flip", Plain with { Augmentation = new Augmentation { FlipProbability = 0.5 } }, Plain with { Augmentation = new Augmentation { FlipProbability = 0 } }),
        ("colour jitter", Plain with { Augmentation = new Augmentation { Brightness = 0.4, Saturation = 0.4, Hue = 0.4 } }, Plain with { Augmentation = new Augmentation { Brightness = 0, Saturation = 0, Hue = 0 } }),
        ("random erasing", Plain with { Augmentation = new Augmentation { ErasingProbability = 0.5 } }, Plain with { Augmentation = new Augmentation { ErasingProbability = 0 } }),
        ("TrivialAugment", Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Trivial } }, Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.None } }),
        ("RandAugment", Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Rand, RandAugmentOperations = 3, RandAugmentMagnitude = 12 } }, Plain with { Augmentation = new Augmentation { AutoAugmentation = AutoAugmentationKind.Rand, RandAugmentOperations = 0 } }),
        ("drop path", Plain with { DropPath = 0.5 }, Plain with { DropPath = 0 }),
        ("progressive resizing", Plain with { InitialImageScale = 0.5 }, Plain with { InitialImageScale = 1 }),
        ("PCA noise", Plain with { Augmentation = new Augmentation { PcaNoise = 0.1 } }, Plain with { Augmentation = new Augmentation { PcaNoise = 0 } }),
        ("frozen backbone", Plain with { Epochs = 2, FreezeBackbone = true, CachedViews = 2, Augmentation = new Augmentation { FlipProbability = 0.5 } }, Plain with { Epochs = 2, FreezeBackbone = false, CachedViews = 2 }),
        ("head at its own rate", Plain with { HeadRateFactor = 10 }, Plain with { HeadRateFactor = 1 }),
        ("head first", Plain with { Epochs = 2, HeadFirstEpochs = 1, UnfrozenRateFactor = 0.5 }, Plain with { Epochs = 2, HeadFirstEpochs = 0, UnfrozenRateFactor = 0.5 }),
        ("rates decaying by depth", Plain with { LayerRateDecay = 0.5 }, Plain with { LayerRateDecay = 1 }),
        ("fine-tuning altogether", Plain with { Epochs = 3, HeadFirstEpochs = 1, HeadRateFactor = 10, LayerRateDecay = 0.5, EmaDecay = 0.5, Momentum = 0.9 }, Plain with { Epochs = 3, HeadRateFactor = 1, LayerRateDecay = 1 }),
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
    public void Resumed_after_its_first_a_middle_and_its_last_step_but_one_it_ends_with_the_same_bits(string trick)
    {
        var (_, on, _) = Tricks.Single(t => t.Trick == trick);
        using var teacher = Stripes.Network(zeroGamma: false);
        var options = Options(trick, on, teacher);
        using var unbroken = new CheckpointRun();
        var (weights, _) = unbroken.Train(options);
        var files = unbroken.Files();
        foreach (var i in new[] { 0, (files.Length - 1) / 2, files.Length - 2 }.Distinct())
        {
            using var crashed = unbroken.CrashedAfter(files[i]);
            CollectionAssert.AreEqual(weights, crashed.Train(options).Weights, $"weights under {trick}");
            Assert.AreEqual(unbroken.Newest(), crashed.Newest(), $"optimizer state and metrics under {trick}");
        }
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

    [TestMethod]
    public void Every_option_of_a_recipe_is_part_of_a_trick_here()
    {
        // How long and on how much is trained is no trick; early stopping ends a training and changes none of its steps.
        string[] none = [nameof(TrainingRecipe.Epochs), nameof(TrainingRecipe.BatchSize), nameof(TrainingRecipe.LearningRate), nameof(TrainingRecipe.EarlyStoppingPatience)];
        var signed = Tricks.SelectMany(trick => Different(Plain, trick.On).Concat(Different(Plain.Augmentation!, trick.On.Augmentation!))).ToHashSet();
        var missing = OptionsOf<TrainingRecipe>().Concat(OptionsOf<Augmentation>()).Except(signed).Except(none).ToList();
        Assert.IsEmpty(missing, string.Join(", ", missing));

        IEnumerable<string> Different<T>(T plain, T on) =>
            OptionsOf<T>().Where(option => !Equals(typeof(T).GetProperty(option)!.GetValue(plain), typeof(T).GetProperty(option)!.GetValue(on)));
    }

    [TestMethod]
    [DynamicData(nameof(TrickNames))]
    public void Switching_it_on_is_another_training_whose_checkpoint_names_the_option(string trick)
    {
        var (_, on, _) = Tricks.Single(t => t.Trick == trick);
        using var network = Stripes.Network();
        SortedDictionary<string, string> Facts(TrainingRecipe recipe) =>
            TrainingFacts.Of(Stripes.Options(recipe), Stripes.ClassNames, network, new Dictionary<string, string>());
        var named = TrainingFacts.Differences(Facts(Plain), Facts(on)).Select(difference => difference.Name).ToList();
        foreach (var option in OptionsOf<TrainingRecipe>().Where(option => !Equals(typeof(TrainingRecipe).GetProperty(option)!.GetValue(Plain), typeof(TrainingRecipe).GetProperty(option)!.GetValue(on))))
            Assert.IsTrue(named.Exists(name => name == $"Recipe.{option}" || name.StartsWith($"Recipe.{option}.", StringComparison.Ordinal)), option);
    }

    /// <summary>What can be set.</summary>
    private static IEnumerable<string> OptionsOf<T>() =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name);

    private static float[] Trained(string trick, TrainingRecipe recipe, Module<Tensor, Tensor> teacher) =>
        Stripes.TrainedWeights(recipe, Uneven, teachers: Options(trick, recipe, teacher).Teachers);

    private static TrainingLoopOptions Options(string trick, TrainingRecipe recipe, Module<Tensor, Tensor> teacher) =>
        Stripes.Options(recipe) with { Teachers = trick == Distillation ? [new Teacher(teacher, Stripes.Preprocessing)] : [] };
}
