using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Training;

/// <summary>Every family of networks trains with every recipe, and with every trick, several at once.</summary>
[TestClass]
public sealed class EveryArchitectureTests
{
    private const int Classes = 10;
    private const int Count = 16;

    private static readonly (string Name, TrainingRecipe Recipe)[] Recipes =
    [
        (nameof(TrainingRecipe.Baseline), TrainingRecipe.Baseline),
        (nameof(TrainingRecipe.EfficientTraining), TrainingRecipe.EfficientTraining),
        (nameof(TrainingRecipe.BagOfTricks), TrainingRecipe.BagOfTricks),
        (nameof(TrainingRecipe.FineTune), TrainingRecipe.FineTune),
        ("frozen", TrainingRecipe.FineTune with { FreezeBackbone = true, EmaDecay = 0.5 }),
        ("head first, LARS, rates by depth, small images first, accumulated, clipped", TrainingRecipe.FineTune with
        {
            Epochs = 2, HeadFirstEpochs = 1, LayerRateDecay = 0.7, Optimizer = OptimizerKind.Lars, LearningRate = 30, InitialImageScale = 0.8, MicroBatches = 2, ClipNorm = 1, ClipValue = 0.1,
            DropPath = 0.2,
        }),
        ("bfloat16, teacher, mixup or CutMix, AdamW, drop path, EMA, class weights and balance, all augmentations", TrainingRecipe.BagOfTricks with
        {
            Precision = Precision.BFloat16, CutMixAlpha = 1, Optimizer = OptimizerKind.AdamW, LearningRate = 1e-3, DropPath = 0.2, EmaDecay = 0.5,
            ClassWeighting = 1, ClassBalancing = 1,
            Augmentation = Augmentation.ImageNet with { AutoAugmentation = AutoAugmentationKind.Trivial, ErasingProbability = 0.5 },
        }),
    ];

    private static IEnumerable<object[]> Networks => TinyNetworks.Families.Append("cifar_resnet8d").Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void It_trains_with_every_recipe(string name)
    {
        // An Inception-v3 takes seconds a recipe; all that is in the first two is in the third, too.
        foreach (var (recipeName, preset) in name == "inception_v3" ? Recipes[2..] : Recipes)
        {
            var (network, least) = TinyNetworks.Family(name);
            using var owned = network;
            using var teacher = recipeName.Contains("teacher", StringComparison.Ordinal) ? TinyNetworks.Family(name).Network : null;
            var recipe = preset with { Epochs = preset.HeadFirstEpochs + 1, WarmupEpochs = Math.Min(preset.WarmupEpochs, 0.5), BatchSize = Count / 2 };
            if (!network.modules().Any(module => module is IDropPath))
                recipe = recipe with { DropPath = 0 };          // which refuses networks without residual blocks
            if (recipe.ZeroGamma)
                ZeroGamma.Apply(network);
            var size = (int)(least / recipe.InitialImageScale) + 4;     // the first epochs' images, too, are large enough
            using var scope = NewDisposeScope();
            var before = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().clone());
            using var loop = new TrainingLoop(network, Images(size), Images(size), new TrainingLoopOptions
            {
                Recipe = recipe,
                Preprocessing = Preprocessing.ImageNet(size),
                Seed = 1,
                Workers = 1,
                Teachers = teacher is null ? [] : [new Teacher(teacher, Preprocessing.ImageNet(size))],
            });

            var result = loop.Run();

            Assert.IsTrue(result.Epochs.All(epoch => double.IsFinite(epoch.TrainingLoss) && epoch.TrainingLoss > 0), $"{recipeName}: loss");
            Assert.IsTrue(network.parameters().All(parameter => parameter.isfinite().all().item<bool>()), recipeName);
            var (head, _) = OutputLayer.Of(network);
            var moved = network.named_parameters().Where(entry => entry.parameter.ne(before[entry.name]).any().item<bool>()).Select(entry => entry.name).ToList();
            Assert.Contains($"{head}.weight", moved, recipeName);
            if (recipe.FreezeBackbone)
                Assert.HasCount(2, moved, recipeName);          // the head's weight and bias
            else
                Assert.Contains(before.Keys.First(key => key.EndsWith(".weight", StringComparison.Ordinal)), moved, recipeName);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Kept_features_train_the_head_that_the_images_train(string name)
    {
        var recipe = TrainingRecipe.FineTune with { Epochs = 2, BatchSize = Count / 2, FreezeBackbone = true, Augmentation = Augmentation.None };
        var (without, losses) = TrainedHead(name, recipe with { CachedViews = 0 });
        var (with, lossesWith) = TrainedHead(name, recipe);

        for (var i = 0; i < without.Length; i++)
            Assert.AreEqual(without[i], with[i], 1e-5f, $"value {i}");
        for (var epoch = 0; epoch < losses.Length; epoch++)
            Assert.AreEqual(losses[epoch], lossesWith[epoch], 1e-5, $"loss of epoch {epoch}");
    }

    private static (float[] Weights, double[] Losses) TrainedHead(string name, TrainingRecipe recipe)
    {
        var (network, size) = TinyNetworks.Family(name);
        using var owned = network;
        using var loop = new TrainingLoop(network, Images(size), null, new TrainingLoopOptions { Recipe = recipe, Preprocessing = Preprocessing.ImageNet(size), Seed = 1, Workers = 1 });
        var result = loop.Run();
        return ([.. OutputLayer.Of(network).Layer.weight!.detach().data<float>()], [.. result.Epochs.Select(epoch => epoch.TrainingLoss)]);
    }

    private static ImageDataset Images(int size)
    {
        var random = new SeededRandom(5);
        var images = Enumerable.Range(0, Count).Select(_ => new ImagePixels(size, size, 3, [.. Enumerable.Range(0, size * size * 3).Select(_ => (byte)random.NextInt32(256))]));
        return new(new ImagesInMemory([.. images]), [.. Enumerable.Range(0, Count).Select(i => i % Classes)], [.. Enumerable.Range(0, Classes).Select(i => $"{i}")]);
    }
}
