using Tricks.Torch.Data;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>Frozen, kept, gradual, and every layer at its own rate: what moves, what does not, and by how much.</summary>
[TestClass]
public class FineTuningTests
{
    private static readonly TrainingRecipe Plain = TrainingRecipe.FineTune with
    {
        Epochs = 1,
        BatchSize = 16,
        HeadRateFactor = 1,
        WeightDecay = 0,
        Augmentation = Augmentation.None,
    };

    private static readonly Augmentation Random = new() { Crop = CropKind.RandomResizedCrop, FlipProbability = 0.5 };

    [TestMethod]
    [DataRow(0, DisplayName = "backbone in every epoch")]
    [DataRow(null, DisplayName = "features kept")]
    public void A_frozen_backbone_keeps_every_bit_its_running_statistics_included(int? views)
    {
        using var network = Stripes.Network();
        var before = Values(network);
        Train(network, Plain with { Epochs = 3, FreezeBackbone = true, CachedViews = views });
        foreach (var (name, values) in Values(network))
        {
            if (name.StartsWith("fc.", StringComparison.Ordinal))
                CollectionAssert.AreNotEqual(before[name], values, name);
            else
                CollectionAssert.AreEqual(before[name], values, name);
        }

        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad), "given back trainable");
    }

    [TestMethod]
    public void Kept_features_train_the_head_that_the_images_train()
    {
        var recipe = Plain with { Epochs = 4, FreezeBackbone = true, WeightDecay = 1e-3, Momentum = 0.9, LabelSmoothing = 0.1, DropPath = 0.2, EmaDecay = 0.5, MicroBatches = 2 };
        AssertSameTraining(recipe with { CachedViews = 0 }, recipe);
    }

    [TestMethod]
    public void As_many_views_as_epochs_train_the_head_that_augmented_images_train()
    {
        var recipe = Plain with { Epochs = 3, FreezeBackbone = true, Augmentation = Random };
        AssertSameTraining(recipe with { CachedViews = 0 }, recipe with { CachedViews = 3 });
    }

    [TestMethod]
    public void Each_view_of_an_image_goes_through_the_backbone_once()
    {
        var source = new CountingSource(Stripes.Source(24));
        using var network = Stripes.Network();
        var data = new ImageDataset(source, Stripes.Images(24).Labels, Stripes.ClassNames);
        var recipe = Plain with { Epochs = 5, FreezeBackbone = true, Augmentation = Random, CachedViews = 2 };
        using var loop = new TrainingLoop(network, data, data, Stripes.Options(recipe));
        loop.Run();
        Assert.AreEqual(24 * (2 + 1), source.Reads, "two views, and one for validation");
        StringAssert.Contains(loop.FeatureCacheDescription, "24 images in 2 views");
    }

    [TestMethod]
    public void The_head_moves_ten_times_as_far_and_the_backbone_the_same_bits()
    {
        var (one, ten) = (Moved(Plain), Moved(Plain with { HeadRateFactor = 10 }));
        foreach (var (name, moved) in ten)
            AssertMultiple(name.StartsWith("fc.", StringComparison.Ordinal) ? 10 : 1, one[name], moved, name);
    }

    [TestMethod]
    public void Rates_fall_by_one_factor_from_stage_to_stage_towards_the_input()
    {
        var (one, decayed) = (Moved(Plain), Moved(Plain with { LayerRateDecay = 0.5, HeadRateFactor = 4 }));
        foreach (var (name, moved) in decayed)
        {
            var factor = name.Split('.')[0] switch
            {
                "fc" => 4,
                "layer3" => 0.5,
                "layer2" => 0.25,
                "layer1" => 0.125,
                _ => 0.0625, // conv1 with its normalisation
            };
            AssertMultiple(factor, one[name], moved, name);
        }
    }

    [TestMethod]
    public void Stages_are_numbered_parts_and_a_normalisation_belongs_to_the_convolution_before_it()
    {
        using var network = Sequential(
            ("features", Sequential(
                ("0", Conv2d(3, 4, 3)), ("1", BatchNorm2d(4)), ("2", Conv2d(4, 4, 3)), ("3", BatchNorm2d(4)))),
            ("classifier", Sequential(("0", Linear(4, 4)), ("3", Linear(4, 2)))));
        var factors = FineTuning.RateFactors(network, Plain with { LayerRateDecay = 0.1, HeadRateFactor = 7 });
        (string, double)[] expected =
        [
            ("features.0.weight", 1e-3), ("features.1.bias", 1e-3), ("features.2.weight", 1e-2), ("features.3.weight", 1e-2),
            ("classifier.0.weight", 1e-1), ("classifier.3.weight", 7), ("classifier.3.bias", 7),
        ];
        foreach (var (name, factor) in expected)
            Assert.AreEqual(factor, factors[name], 1e-12, name);
    }

    [TestMethod]
    public void Head_first_leaves_the_backbone_alone_and_then_trains_all_at_the_lower_rate()
    {
        using var network = Stripes.Network();
        var before = Values(network);
        var backbone = before.Keys.Where(name => !name.StartsWith("fc.", StringComparison.Ordinal)).ToList();
        var changed = new List<bool>();
        var rates = new List<double>();
        var recipe = Plain with { Epochs = 3, HeadFirstEpochs = 2, UnfrozenRateFactor = 0.25, LearningRate = 0.2 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(12, 1000), Stripes.Options(recipe));
        loop.Run(new Reports(epoch =>
        {
            var now = Values(network);
            changed.Add(backbone.Any(name => !before[name].SequenceEqual(now[name])));
            rates.Add(epoch.LearningRate);
        }));
        CollectionAssert.AreEqual(new[] { false, false, true }, changed);
        CollectionAssert.AreEqual(new[] { 0.2, 0.2, 0.05 }, rates);
    }

    [TestMethod]
    public void Kept_features_are_freed()
    {
        using var network = Stripes.Network();
        TensorLeaks.AssertNone(() =>
        {
            using var loop = new TrainingLoop(
                network, Stripes.Images(48), Stripes.Images(12, 1000), Stripes.Options(Plain with { Epochs = 2, FreezeBackbone = true, Augmentation = Random }));
            loop.Run();
        });
    }

    [TestMethod]
    public void FineTune_has_the_values_of_d2l()
    {
        var recipe = TrainingRecipe.FineTune;
        Assert.AreEqual((5, 128, 0.01, 0.001), (recipe.Epochs, recipe.BatchSize, recipe.PeakLearningRate, recipe.WeightDecay));
        Assert.AreEqual((10.0, 0.0, LearningRateDecay.Constant), (recipe.HeadRateFactor, recipe.Momentum, recipe.Decay));
        Assert.AreEqual(Random, recipe.Augmentation);
        Assert.IsEmpty(recipe.Faults());
    }

    [TestMethod]
    public void Faults_name_option_value_and_remedy()
    {
        AssertFault("CachedViews is -1", Plain with { CachedViews = -1 });
        AssertFault("HeadRateFactor is 0", Plain with { HeadRateFactor = 0 });
        AssertFault("LayerRateDecay is 1.5", Plain with { LayerRateDecay = 1.5 });
        AssertFault("UnfrozenRateFactor is 0", Plain with { UnfrozenRateFactor = 0 });
        AssertFault("HeadFirstEpochs is 1; it must be at least 0 and less than Epochs", Plain with { HeadFirstEpochs = 1 });
        AssertFault("Set only one of them", Plain with { Epochs = 3, HeadFirstEpochs = 1, FreezeBackbone = true });
        AssertFault("MixupAlpha is 0.2 with FreezeBackbone", Plain with { FreezeBackbone = true, MixupAlpha = 0.2 });
        AssertFault("CutMixAlpha is 1 with FreezeBackbone", Plain with { FreezeBackbone = true, CutMixAlpha = 1 });
        AssertFault("InitialImageScale is 0.5 with FreezeBackbone", Plain with { FreezeBackbone = true, InitialImageScale = 0.5 });
        Assert.IsEmpty((Plain with { FreezeBackbone = true, MixupAlpha = 0.2, CachedViews = 0 }).Faults());
    }

    [TestMethod]
    public void A_network_without_a_linear_layer_has_no_head_to_train()
    {
        using var network = Sequential(("0", Conv2d(1, 3, Stripes.Size)), ("1", Flatten()));
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(network, Plain with { FreezeBackbone = true }));
        StringAssert.Contains(error.Message, "no fully connected layer");
    }

    private static void AssertFault(string expected, TrainingRecipe recipe) =>
        StringAssert.Contains(string.Join('\n', recipe.Faults()), expected);

    /// <summary>The same weights but for the rounding of batches that were put together otherwise, and the same metrics.</summary>
    private static void AssertSameTraining(TrainingRecipe expected, TrainingRecipe actual)
    {
        using var one = Stripes.Network();
        using var other = Stripes.Network();
        var (first, second) = (Train(one, expected), Train(other, actual));
        var (weights, others) = (Stripes.Weights(one), Stripes.Weights(other));
        for (var i = 0; i < weights.Length; i++)
            Assert.AreEqual(weights[i], others[i], 1e-5f, $"value {i}");
        foreach (var (a, b) in first.Epochs.Zip(second.Epochs))
        {
            Assert.AreEqual(a.Validation!.Value.Top1, b.Validation!.Value.Top1);
            Assert.AreEqual(a.Validation.Value.Loss, b.Validation.Value.Loss, 1e-5);
            Assert.AreEqual(a.TrainingLoss, b.TrainingLoss, 1e-5);
        }
    }

    private static TrainingResult Train(Module<Tensor, Tensor> network, TrainingRecipe recipe)
    {
        using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(30, 1000), Stripes.Options(recipe));
        return loop.Run();
    }

    /// <summary>How far each parameter goes in one step.</summary>
    private static Dictionary<string, double[]> Moved(TrainingRecipe recipe)
    {
        using var network = Stripes.Network(zeroGamma: false);
        var before = Values(network);
        using var loop = new TrainingLoop(network, Stripes.Images(16), null, Stripes.Options(recipe));
        loop.Run();
        var after = Values(network);
        return network.named_parameters().ToDictionary(
            p => p.name, p => after[p.name].Zip(before[p.name], (a, b) => (double)a - b).ToArray());
    }

    /// <summary>Within what float32 keeps of a difference of weights.</summary>
    private static void AssertMultiple(double factor, double[] one, double[] other, string name)
    {
        for (var i = 0; i < one.Length; i++)
            Assert.AreEqual(factor * one[i], other[i], 3e-7 * Math.Max(1, factor), $"{name}[{i}]");
        Assert.IsTrue(one.Any(value => Math.Abs(value) > 1e-5), $"{name} moves");
    }

    private static Dictionary<string, float[]> Values(Module<Tensor, Tensor> network)
    {
        using var scope = NewDisposeScope();
        return network.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.to(ScalarType.Float32).contiguous().data<float>().ToArray());
    }

    private sealed class Reports(Action<EpochResult> report) : IProgress<EpochResult>
    {
        public void Report(EpochResult value) => report(value);
    }

    private sealed class CountingSource(IImageSource inner) : IImageSource
    {
        private int _reads;

        public int Reads => _reads;

        public int Count => inner.Count;

        public ImagePixels Read(int index)
        {
            Interlocked.Increment(ref _reads);
            return inner.Read(index);
        }

        public string NameOf(int index) => inner.NameOf(index);
    }
}
