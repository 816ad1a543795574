using Tricks.Torch.Models;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Tests.Training;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.SelfSupervised;

[TestClass]
public class SimClrLoopTests
{
    private static readonly SimClrRecipe Recipe = SimClrRecipe.Short with
    {
        Epochs = 2,
        BatchSize = 12,
        HeadHiddenSize = 16,
        HeadOutputSize = 8,
    };

    [TestMethod]
    public void Learns_to_find_the_other_view()
    {
        using var encoder = Encoder();
        using var loop = new SimClrLoop(encoder, Stripes.Source(60), Options(Recipe with
        {
            Epochs = 12,
            LearningRate = 1,
            Temperature = 0.2,
            Augmentation = new ViewAugmentation { CropArea = (0.6, 1) },
        }));
        var epochs = loop.Run();
        Assert.HasCount(12, epochs);
        Assert.IsLessThan(epochs[0].Loss - 0.1, epochs[^1].Loss);
        Assert.IsGreaterThan(epochs[0].Embeddings.PositivesFirst, epochs[^1].Embeddings.PositivesFirst);
        Assert.IsFalse(encoder.training);
        Assert.AreEqual(60, epochs[^1].Steps);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_with_any_number_of_workers()
    {
        var once = Pretrained(Options(workers: 1));
        CollectionAssert.AreEqual(once, Pretrained(Options(workers: 3)));
        CollectionAssert.AreNotEqual(once, Pretrained(Options() with { Seed = 2 }));
    }

    [TestMethod]
    public void A_probe_changes_no_bit()
    {
        var probe = new OnlineProbe(Stripes.Images(30), Stripes.Images(12, 1000)) { Linear = new LinearProbeOptions { Epochs = 3 } };
        CollectionAssert.AreEqual(Pretrained(Options()), Pretrained(Options() with { Probe = probe }));
    }

    [TestMethod]
    public void A_probe_is_run_when_due_and_at_the_end()
    {
        using var encoder = Encoder();
        var probe = new OnlineProbe(Stripes.Images(30), Stripes.Images(12, 1000)) { EveryEpochs = 2, Linear = new LinearProbeOptions { Epochs = 3 } };
        using var loop = new SimClrLoop(encoder, Stripes.Source(24), Options(Recipe with { Epochs = 3 }) with { Probe = probe });
        var epochs = loop.Run();
        CollectionAssert.AreEqual(new[] { false, true, true }, epochs.Select(e => e.Probe is not null).ToArray());
    }

    [TestMethod]
    [DataRow("LARS")]
    [DataRow("AdamW")]
    [DataRow("square root")]
    [DataRow("bfloat16")]
    [DataRow("three layers")]
    [DataRow("chunks")]
    [DataRow("temperature")]
    public void Each_option_changes_the_weights_and_leaves_no_tensor(string option)
    {
        var recipe = option switch
        {
            "LARS" => Recipe with { Optimizer = OptimizerKind.Lars },
            "AdamW" => Recipe with { Optimizer = OptimizerKind.AdamW },
            "square root" => Recipe with { Scaling = LearningRateScaling.SquareRoot },
            "bfloat16" => Recipe with { Precision = Precision.BFloat16 },
            "three layers" => Recipe with { HeadLayers = 3 },
            "chunks" => Recipe with { ChunkSize = 4 },
            _ => Recipe with { Temperature = 0.1 },
        };
        CollectionAssert.AreNotEqual(Pretrained(Options()), Pretrained(Options(recipe)));
        using var encoder = Encoder();
        TensorLeaks.AssertNone(
            () =>
            {
                using var loop = new SimClrLoop(encoder, Stripes.Source(24), Options(recipe with { Epochs = 1 }));
                loop.Run();
            },
            parametersBuilt: 2 * recipe.HeadLayers);
    }

    [TestMethod]
    public void Resident_memory_is_flat_over_two_thousand_steps()
    {
        const int Warm = 500;
        using var encoder = Encoder();
        using var loop = new SimClrLoop(encoder, Stripes.Source(60), Options(Recipe with { Epochs = 500 })); // of 5 steps
        var (steps, before) = (0L, 0L);
        loop.Run(new AfterEpoch(epoch =>
        {
            steps = epoch.Steps;
            if (steps == Warm)
                before = ResidentMemory.Bytes();
        }));
        var growth = ResidentMemory.Bytes() - before;
        Assert.AreEqual(2500, steps);
        Assert.IsGreaterThan(0, before);
        Assert.IsLessThan(20L << 20, growth, $"resident memory grew by {growth >> 10} KiB over {steps - Warm} steps");
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.Lars)]
    public void A_resumed_pretraining_has_the_bits_of_an_unbroken_one(OptimizerKind optimizer)
    {
        var options = Options(Recipe with { Epochs = 3, Optimizer = optimizer });
        var unbroken = Pretrained(options);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (var cancel = new CancellationTokenSource())
            {
                using var folder = new CheckpointFolder(new CheckpointOptions { Folder = path });
                using var encoder = Encoder();
                using var loop = new SimClrLoop(encoder, Stripes.Source(24), options, folder);
                Assert.Throws<OperationCanceledException>(() => loop.Run(new CancelAfter(2, cancel), cancel.Token));
            }

            using (var folder = new CheckpointFolder(new CheckpointOptions { Folder = path }))
            {
                using var encoder = Encoder();
                using var loop = new SimClrLoop(encoder, Stripes.Source(24), options, folder);
                Assert.HasCount(1, loop.Run());
                CollectionAssert.AreEqual(unbroken, Stripes.Weights(encoder));
            }

            using var again = new CheckpointFolder(new CheckpointOptions { Folder = path });
            using var other = Encoder();
            using var otherLoop = new SimClrLoop(other, Stripes.Source(24), options with { Recipe = options.Recipe with { Temperature = 0.1 } }, again);
            StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => otherLoop.Run()).Message, "Recipe.Temperature was 0.5 and is 0.1");
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [TestMethod]
    public void Rates_agree_at_256_and_scale_as_said()
    {
        var recipe = new SimClrRecipe { LearningRate = 0.3, BatchSize = 4096 };
        Assert.AreEqual(4.8, recipe.PeakLearningRate, 1e-12);
        Assert.AreEqual(0.075 * Math.Sqrt(4096), (recipe with { LearningRate = 1.2, Scaling = LearningRateScaling.SquareRoot }).PeakLearningRate, 1e-12);
        Assert.AreEqual(0.3, (recipe with { Scaling = LearningRateScaling.None }).PeakLearningRate);
        foreach (var scaling in Enum.GetValues<LearningRateScaling>())
            Assert.AreEqual(0.3, (recipe with { BatchSize = 256, Scaling = scaling }).PeakLearningRate, 1e-15);
        var schedule = (recipe with { Epochs = 100 }).LearningRateSchedule(stepsPerEpoch: 2);
        Assert.AreEqual(4.8 / 20, schedule.At(0), 1e-12); // the first of 20 steps of warm-up
        Assert.AreEqual(4.8, schedule.At(20), 1e-12);
        Assert.AreEqual(2.4, schedule.At(110), 1e-12); // half of the cosine
    }

    [TestMethod]
    public void Faults_are_all_named_before_anything_is_read()
    {
        using var encoder = Encoder();
        var wrong = new SimClrRecipe { Epochs = 0, BatchSize = 1, Temperature = 0, HeadLayers = 4, ChunkSize = 1, LearningRate = double.NaN, Precision = Precision.Float16 };
        var message = Assert.ThrowsExactly<ArgumentException>(() => new SimClrLoop(encoder, Stripes.Source(10), Options(wrong))).Message;
        foreach (var part in new[] { "Epochs is 0", "BatchSize is 1; it must be at least 2", "Temperature is 0", "HeadLayers is 4", "ChunkSize is 1", "LearningRate is NaN", "Precision is Float16; it must be Float32 or BFloat16" })
            StringAssert.Contains(message, part);
    }

    [TestMethod]
    [DataRow(10, 11, "only 10 images")]
    [DataRow(3, 2, "a batch with 1 image")]
    public void A_batch_that_does_not_fit_the_images_is_refused(int images, int batchSize, string part)
    {
        using var encoder = Encoder();
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new SimClrLoop(encoder, Stripes.Source(images), Options(Recipe with { BatchSize = batchSize }))).Message;
        StringAssert.Contains(message, part);
    }

    [TestMethod]
    public void Views_larger_than_an_image_are_refused_unless_allowed()
    {
        using var encoder = Encoder();
        var options = Options() with { Preprocessing = Preprocessing.ImageNet(20, channels: 1) };
        using (var loop = new SimClrLoop(encoder, Stripes.Source(24), options))
        {
            var message = Assert.ThrowsExactly<ArgumentException>(() => loop.Run()).Message;
            StringAssert.Contains(message, "16 x 16 pixels; ImageSize is 20");
        }

        using var allowed = new SimClrLoop(encoder, Stripes.Source(24), options with { EnlargeSmallImages = true });
        Assert.HasCount(2, allowed.Run());
    }

    [TestMethod]
    public void An_encoder_without_features_is_refused()
    {
        using var encoder = Linear(3, 3);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new SimClrNetwork(encoder, Recipe)).Message, "Build it from an Architecture");
    }

    [TestMethod]
    public void Metrics_are_those_of_their_formulas()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(new double[,] { { 1, 0 }, { 0, 2 }, { -1, 0 } }), tensor(new double[,] { { 1, 1 }, { 0, 1 }, { 0, -1 } }));
        var metrics = EmbeddingMetrics.Of(a, b);
        var half = Math.Sqrt(0.5);
        Assert.AreEqual(((2 - (2 * half)) + 0 + 2) / 3, metrics.Alignment, 1e-12);
        // Squared distances: first views 2, 4, 2; second views 2 - sqrt 2, 2 + sqrt 2, 4.
        var first = Math.Log(((2 * Math.Exp(-4)) + Math.Exp(-8)) / 3);
        var second = Math.Log((Math.Exp(-2 * (2 - (2 * half))) + Math.Exp(-2 * (2 + (2 * half))) + Math.Exp(-8)) / 3);
        Assert.AreEqual((first + second) / 2, metrics.Uniformity, 1e-12);
        // Nearest of a0 is b0; of b0, equally near to a0, a1 and b1, none alone; a1 and b1 have each other; a2 and b2 are no nearer than others.
        Assert.AreEqual(3.0 / 6, metrics.PositivesFirst, 1e-7);
        var collapsed = EmbeddingMetrics.Of(ones([4, 3]), ones([4, 3]));
        Assert.AreEqual(0, collapsed.Alignment, 1e-6);
        Assert.AreEqual(0, collapsed.Uniformity, 1e-6);
        Assert.AreEqual(0, collapsed.PositivesFirst);
    }

    private static SimClrLoopOptions Options(SimClrRecipe? recipe = null, int? workers = null) =>
        new() { Recipe = recipe ?? Recipe, Preprocessing = Stripes.Preprocessing, Seed = 1, Workers = workers };

    private static Module<Tensor, Tensor> Encoder()
    {
        var encoder = Stripes.Architecture.Build(classes: 1, inputChannels: 1, Stripes.Size);
        XavierInitialisation.Apply(encoder, seed: 1);
        return encoder;
    }

    private static float[] Pretrained(SimClrLoopOptions options)
    {
        using var encoder = Encoder();
        using var loop = new SimClrLoop(encoder, Stripes.Source(24), options);
        loop.Run();
        return Stripes.Weights(encoder);
    }

    private sealed class AfterEpoch(Action<SimClrEpoch> report) : IProgress<SimClrEpoch>
    {
        public void Report(SimClrEpoch value) => report(value);
    }

    private sealed class CancelAfter(int epochs, CancellationTokenSource cancel) : IProgress<SimClrEpoch>
    {
        public void Report(SimClrEpoch value)
        {
            if (value.Epoch == epochs)
                cancel.Cancel();
        }
    }
}
