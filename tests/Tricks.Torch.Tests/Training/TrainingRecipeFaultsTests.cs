using System.Reflection;
using Tricks.Torch.Losses;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Training;

/// <summary>Each value out of range gives one sentence with option, value, range and remedy, and all of them come together.</summary>
[TestClass]
public class TrainingRecipeFaultsTests
{
    private static readonly TrainingRecipe Sound = TrainingRecipe.BagOfTricks with { Epochs = 10, BatchSize = 16 };

    // The recipe with one fault, and how its sentence begins.
    private static IEnumerable<(TrainingRecipe Recipe, string Fault)> Faulty =>
    [
        (Sound with { Epochs = 0 }, "Epochs is 0; it must be at least 1"),
        (Sound with { BatchSize = 2 }, "BatchSize is 2; it must be at least 3"),
        (Sound with { LearningRate = 0 }, "LearningRate is 0; it must be a finite number greater than 0"),
        (Sound with { LearningRate = 1e300 }, "LearningRate is 1E+300; it must be a number that 32 bits can hold"),
        (Sound with { WarmupEpochs = -1 }, "WarmupEpochs is -1; it must be at least 0"),
        (Sound with { Decay = (LearningRateDecay)9 }, "Decay is 9; it must be one of"),
        (Sound with { StepFactor = 1.1 }, "StepFactor is 1.1; it must be in (0, 1]"),
        (Sound with { ExponentialFactor = 0 }, "ExponentialFactor is 0; it must be in (0, 1]"),
        (Sound with { Momentum = 1 }, "Momentum is 1; it must be in [0, 1)"),
        (Sound with { Optimizer = (OptimizerKind)9 }, "Optimizer is 9; it must be one of Sgd, Adam, AdamW, Lars"),
        (Sound with { Beta1 = 1 }, "Beta1 is 1; it must be in [0, 1)"),
        (Sound with { Beta2 = double.NaN }, "Beta2 is NaN; it must be in [0, 1)"),
        (Sound with { AdamEpsilon = 0 }, "AdamEpsilon is 0; it must be a finite number greater than 0"),
        (Sound with { TrustCoefficient = -1 }, "TrustCoefficient is -1; it must be a finite number greater than 0"),
        (Sound with { WeightDecay = double.PositiveInfinity }, "WeightDecay is Infinity; it must be at least 0"),
        (Sound with { LabelSmoothing = 1 }, "LabelSmoothing is 1; it must be in [0, 1)"),
        (Sound with { LabelSmoothingConvention = (LabelSmoothingConvention)9 }, "LabelSmoothingConvention is 9; it must be Paper or Uniform"),
        (Sound with { MixupAlpha = double.NaN }, "MixupAlpha is NaN; it must be at least 0"),
        (Sound with { CutMixAlpha = -0.5 }, "CutMixAlpha is -0.5; it must be at least 0"),
        (Sound with { CutMixProbability = 1.5 }, "CutMixProbability is 1.5; it must be in [0, 1]"),
        (Sound with { DropPath = 1 }, "DropPath is 1; it must be in [0, 1)"),
        (Sound with { InitialImageScale = 0 }, "InitialImageScale is 0; it must be in (0, 1]"),
        (Sound with { DistillationWeight = -1 }, "DistillationWeight is -1; it must be at least 0"),
        (Sound with { DistillationTemperature = 0 }, "DistillationTemperature is 0; it must be a finite number greater than 0"),
        (Sound with { ClassWeighting = 1.5 }, "ClassWeighting is 1.5; it must be in [0, 1]"),
        (Sound with { ClassBalancing = -0.5 }, "ClassBalancing is -0.5; it must be in [0, 1]"),
        (Sound with { MicroBatches = 0 }, "MicroBatches is 0; it must be at least 1"),
        (Sound with { MicroBatches = 5 }, "MicroBatches is 5; it must be at most (BatchSize + 1) / 4, which is 4"),
        (Sound with { ClipValue = 0 }, "ClipValue is 0; it must be greater than 0"),
        (Sound with { ClipNorm = double.NaN }, "ClipNorm is NaN; it must be greater than 0"),
        (Sound with { Precision = (Precision)9 }, "Precision is 9; it must be one of"),
        (Sound with { EmaDecay = 1 }, "EmaDecay is 1; it must be in [0, 1)"),
        (Sound with { EarlyStoppingPatience = 0 }, "EarlyStoppingPatience is 0; it must be at least 1"),
        (Sound with { Augmentation = new Augmentation { ErasingProbability = 2 } }, "Augmentation: ErasingProbability is 2; it must be in [0, 1]"),
        (Sound with { CachedViews = -1 }, "CachedViews is -1; it must be at least 0"),
        (Sound with { HeadRateFactor = 0 }, "HeadRateFactor is 0; it must be a finite number greater than 0"),
        (Sound with { HeadFirstEpochs = 10 }, "HeadFirstEpochs is 10; it must be at least 0 and less than Epochs"),
        (Sound with { UnfrozenRateFactor = 2 }, "UnfrozenRateFactor is 2; it must be in (0, 1]"),
        (Sound with { LayerRateDecay = 0 }, "LayerRateDecay is 0; it must be in (0, 1]"),
    ];

    public static IEnumerable<object[]> Faults => Faulty.Select(entry => new object[] { entry.Recipe, entry.Fault });

    [TestMethod]
    [DynamicData(nameof(Faults))]
    public void One_fault_gives_one_sentence(TrainingRecipe recipe, string begins)
    {
        Assert.IsEmpty(Sound.Faults());
        StringAssert.StartsWith(recipe.Faults().Single(), begins);
    }

    [TestMethod]
    public void Every_option_that_can_be_wrong_is_here()
    {
        string[] cannotBeWrong = [.. typeof(TrainingRecipe).GetProperties().Where(p => p.PropertyType == typeof(bool)).Select(p => p.Name)];
        var options = typeof(TrainingRecipe).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name);
        var missing = options.Except(Faulty.Select(entry => entry.Fault.Split(' ', ':')[0])).Except(cannotBeWrong).ToList();
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [TestMethod]
    public void All_of_them_come_in_one_exception()
    {
        var recipe = Sound with
        {
            Beta1 = 1, Beta2 = 1, AdamEpsilon = 0, TrustCoefficient = 0, EmaDecay = 1, CutMixAlpha = -1, CutMixProbability = 2, DropPath = 1,
            InitialImageScale = 2, DistillationWeight = -1, DistillationTemperature = 0, ClassWeighting = 2, ClassBalancing = 2, MicroBatches = 0,
            ClipValue = 0, ClipNorm = 0, HeadRateFactor = 0, LayerRateDecay = 0, UnfrozenRateFactor = 0,
        };
        using var network = Stripes.Network();
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options(recipe) with { TopK = 0, Workers = 0, RecordNormsEvery = 0 }));
        Assert.HasCount(19 + 3, error.Message.Split(Environment.NewLine));
    }

    [TestMethod]
    public void Float16_on_the_CPU_is_refused_with_the_remedy()
    {
        using var network = Stripes.Network();
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options(Stripes.Recipe with { Precision = Precision.Float16 })));
        Assert.AreEqual("Precision is Float16, which needs a GPU; use BFloat16 or Float32 on the CPU.", error.Message);
        Assert.AreEqual(ScalarType.Float32, network.parameters().First().dtype);
    }
}
