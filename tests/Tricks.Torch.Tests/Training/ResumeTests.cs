using Tricks.Torch.Data;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>A resumed training equals an unbroken one bit for bit; another training is refused.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    // Everything that has a state: momentum, running average, mixup, norms, early stopping.
    private static readonly TrainingLoopOptions Options = Stripes.Options(
        Stripes.Recipe with { EmaDecay = 0.9, EarlyStoppingPatience = 5 }) with
    {
        RecordNormsEvery = 1,
    };

    private readonly CheckpointRun _run = new();

    public void Dispose() => _run.Dispose();

    [TestMethod]
    public void Resumed_after_any_step_it_ends_with_the_same_weights_state_and_metrics()
    {
        var (weights, _) = _run.Train(Options);
        var files = _run.Files();
        Assert.HasCount(6, files); // two epochs of three steps
        using (var plain = new CheckpointRun())
            CollectionAssert.AreEqual(weights, plain.Train(Options, plain.Options with { EverySteps = null }).Weights, "the cadence changes no bit");
        foreach (var file in files)
        {
            using var crashed = _run.CrashedAfter(file);
            CollectionAssert.AreEqual(weights, crashed.Train(Options).Weights, file);
            Assert.AreEqual(_run.Newest(), crashed.Newest(), file);
            StringAssert.Contains(crashed.Log[0], "Resumed at step");
        }
    }

    [TestMethod]
    public void Cancelled_before_it_takes_a_step_and_inside_an_epoch_it_loses_nothing()
    {
        var (weights, _) = _run.Train(Options);
        using var other = new CheckpointRun();
        for (var reads = 1; reads < 1000; reads += 20)
        {
            using var cancel = new CancellationTokenSource();
            var source = new CancellingSource(Stripes.Source(48), cancel, reads);
            var data = new ImageDataset(source, Stripes.Images(48).Labels, Stripes.ClassNames);
            try
            {
                CollectionAssert.AreEqual(weights, other.Train(Options, other.Options with { EverySteps = null }, data, cancel: cancel.Token).Weights);
                Assert.AreEqual(_run.Newest(), other.Newest());
                return;
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Fail("The training never came to its end.");
    }

    [TestMethod]
    public void A_finished_training_is_returned_at_once()
    {
        var (weights, result) = _run.Train(Options);
        var again = _run.Train(Options, progress: (_, _) => Assert.Fail("No epoch may be trained."));
        CollectionAssert.AreEqual(weights, again.Weights);
        Assert.AreEqual(result.BestEpoch, again.Result.BestEpoch);
        Assert.AreEqual(result.BestValidation, again.Result.BestValidation);
        Assert.AreEqual(TrainingEnd.Finished, again.Result.End);
        Assert.AreEqual(result.Epochs[1].TrainingTime, again.Result.Epochs[1].TrainingTime);
    }

    [TestMethod]
    public void What_layers_draw_from_libtorchs_generator_is_resumed_too_and_the_callers_generator_is_left_alone()
    {
        WithDropout().Dispose();
        using var expected = rand(1); // what the caller would draw had nothing been trained
        var (weights, _) = _run.Train(Options, build: WithDropout);
        using var drawn = rand(1);
        Assert.AreEqual(expected.item<float>(), drawn.item<float>());
        using var crashed = _run.CrashedAfter(_run.Files()[1]);
        manual_seed(77); // another process's generator is somewhere else
        CollectionAssert.AreEqual(weights, crashed.Train(Options, build: WithDropout).Weights);
    }

    [TestMethod]
    public void A_changed_recipe_seed_preprocessing_class_or_network_is_refused_and_named()
    {
        _run.Train(Options);
        Refused("Recipe.LearningRate was 0.5 and is 0.25", Options with { Recipe = Options.Recipe with { LearningRate = 0.25 } });
        Refused("Recipe.Augmentation was null", Options with { Recipe = Options.Recipe with { Augmentation = new() } });
        Refused("Seed was 1 and is 2", Options with { Seed = 2 });
        Refused("Preprocessing.CropRatio was 1 and is 0.5", Options with { Preprocessing = Stripes.Preprocessing with { CropRatio = 0.5 } });
        var images = Stripes.Images(48);
        Refused("Class 2 was none and is nothing", Options, new ImageDataset(Stripes.Source(48), images.Labels, ["vertical", "horizontal", "nothing"]));
        Refused("Number of classes was 3 and is 4", Options, new ImageDataset(Stripes.Source(48), images.Labels, ["vertical", "horizontal", "none", "fourth"]));
        var error = Refused("First weights", Options, build: WithDropout);
        StringAssert.Contains(error, "or name another CheckpointFolder");
    }

    [TestMethod]
    public void Changed_first_weights_and_teachers_are_refused_and_named()
    {
        using var teacher = Stripes.Network(zeroGamma: false);
        using var other = WithDropout();
        TrainingLoopOptions Taught(Module<Tensor, Tensor> by, Preprocessing? sees = null) =>
            Options with { Teachers = [new Teacher(by, sees ?? Stripes.Preprocessing)] };
        _run.Train(Taught(teacher));
        Refused("Teacher 0 was ", Taught(other));
        Refused("Teacher 0.Preprocessing.CropRatio was 1 and is 0.5", Taught(teacher, Stripes.Preprocessing with { CropRatio = 0.5 }));
        Refused("Teacher 0 was ", Options);
        StringAssert.EndsWith(Refused("Teacher 1 was not set and is ", Taught(teacher) with { Teachers = [.. Taught(teacher).Teachers, .. Taught(other).Teachers] }).Split("; ")[0][..^16], " and is ");
        Refused("First weights (architecture, seed, InitialWeights) was ", Taught(teacher), build: () =>
        {
            var network = Stripes.Network();
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            network.get_parameter("fc.weight")!.Increase(1e-7); // as other InitialWeights would
            return network;
        });
        Assert.HasCount(2, _run.Train(Taught(teacher)).Result.Epochs, "and the old one still serves");
    }

    [TestMethod]
    [DataRow("average")]
    [DataRow("frozen")]
    [DataRow("gradual")]
    [DataRow("by depth")]
    public void A_changed_average_or_fine_tuning_is_refused_and_named(string what)
    {
        var recipe = Options.Recipe with { Epochs = 3, MixupAlpha = 0 };
        _run.Train(Options with { Recipe = recipe });
        var (changed, difference) = what switch
        {
            "average" => (recipe with { EmaDecay = 0.8 }, "Recipe.EmaDecay was 0.9 and is 0.8"),
            "frozen" => (recipe with { FreezeBackbone = true }, "Recipe.FreezeBackbone was false and is true"),
            "gradual" => (recipe with { HeadFirstEpochs = 1 }, "Recipe.HeadFirstEpochs was 0 and is 1"),
            _ => (recipe with { LayerRateDecay = 0.5, HeadRateFactor = 10 }, "Recipe.HeadRateFactor was 1 and is 10; Recipe.LayerRateDecay was 1 and is 0.5"),
        };
        Refused(difference, Options with { Recipe = changed });
    }

    [TestMethod]
    [DataRow("frozen, features kept")]
    [DataRow("frozen, backbone in every epoch")]
    [DataRow("head first")]
    [DataRow("by depth")]
    [DataRow("head first, by depth, average")]
    public void Fine_tuning_resumed_after_any_step_ends_with_the_same_bits(string what)
    {
        var recipe = TrainingRecipe.FineTune with { Epochs = 3, BatchSize = 16, Momentum = 0.9, Augmentation = new Augmentation { FlipProbability = 0.5 } };
        var options = Options with
        {
            Recipe = what switch
            {
                "frozen, features kept" => recipe with { FreezeBackbone = true, CachedViews = 2 },
                "frozen, backbone in every epoch" => recipe with { FreezeBackbone = true, CachedViews = 0 },
                "head first" => recipe with { HeadFirstEpochs = 1 },
                "by depth" => recipe with { LayerRateDecay = 0.5 },
                _ => recipe with { HeadFirstEpochs = 1, LayerRateDecay = 0.5, EmaDecay = 0.5, Optimizer = OptimizerKind.AdamW },
            },
        };
        // The first weights are those of another training, as with InitialWeights.
        var start = Stripes.TrainedWeights(Stripes.Recipe with { Epochs = 1 }, seed: 5);
        Module<Tensor, Tensor> Build()
        {
            var network = Stripes.Network();
            SetWeights(network, start);
            return network;
        }

        var (weights, _) = _run.Train(options, build: Build);
        var files = _run.Files();
        Assert.HasCount(9, files); // three epochs of three steps
        CollectionAssert.AreNotEqual(start, weights);
        foreach (var file in files[..^1])
        {
            using var crashed = _run.CrashedAfter(file);
            CollectionAssert.AreEqual(weights, crashed.Train(options, build: Build).Weights, file);
            Assert.AreEqual(_run.Newest(), crashed.Newest(), file);
        }
    }

    [TestMethod]
    public void A_changed_data_set_is_refused_and_its_first_other_row_named()
    {
        _run.Train(Options);
        var images = Stripes.Images(48);
        Refused("the number of training images was 48 and is 51", Options, Stripes.Images(51));
        Refused("48 of 48 training images have another content, label or place, first row 0 (image 0)", Options, Stripes.Images(48, first: 5));
        int[] labels = [.. images.Labels];
        labels[7] = (labels[7] + 1) % 3;
        Refused("1 of 48 training images have another content, label or place, first row 7 (image 7)", Options, new ImageDataset(Stripes.Source(48), labels, Stripes.ClassNames));
        int[] swapped = [.. Enumerable.Range(0, 48)];
        (swapped[20], swapped[30]) = (30, 20);
        Refused("2 of 48 training images have another content, label or place, first row 20", Options, images.Subset(swapped));
        Refused("validation images", Options, validation: Stripes.Images(12, 2000));
    }

    [TestMethod]
    public void More_epochs_are_a_warm_restart_that_says_what_becomes_of_the_rate()
    {
        _run.Train(Options);
        var longer = Options with { Recipe = Options.Recipe with { Epochs = 4 } };
        StringAssert.Contains(Refused("Recipe.Epochs was 2 and is 4", longer), "set ContinueWithMoreEpochs");
        var restart = _run.Options with { ContinueWithMoreEpochs = true };
        var result = _run.Train(longer, restart).Result;
        Assert.HasCount(4, result.Epochs);
        // Cosine after a warm-up of a tenth of the epochs (round(0.4 * 3) = 1 step), from step 6 of 12: the paper's formula.
        var rate = 0.5 * (1 + Math.Cos(Math.PI * 5 / 11)) * longer.Recipe.PeakLearningRate;
        var said = _run.Log.Single(line => line.StartsWith("Warm restart", StringComparison.Ordinal));
        StringAssert.Contains(said, FormattableString.Invariant($"begun for 2 epochs and goes on to 4. From step 6 on the learning rate follows the schedule of 4 epochs: {rate:g6} at that step instead of 0."));
        Assert.HasCount(4, _run.Train(longer).Result.Epochs, "it is a training of four epochs now");
        var fewer = Options with { Recipe = Options.Recipe with { Epochs = 3 } };
        Assert.ThrowsExactly<CheckpointException>(() => _run.Train(fewer, restart));
    }

    [TestMethod]
    public void Other_threads_are_allowed_and_reported()
    {
        _run.Train(Options, _run.Options with { EverySteps = null });
        var threads = get_num_threads();
        try
        {
            set_num_threads(threads + 1);
            _run.Train(Options);
        }
        finally
        {
            set_num_threads(threads);
        }

        StringAssert.Contains(_run.Log[^1], $"Threads of libtorch was {threads} and is {threads + 1}: the result will be as good, but not bit for bit");
    }

    [TestMethod]
    public void No_tensor_is_left_by_saving_resuming_and_refusing()
    {
        using var network = Stripes.Network();
        var first = Stripes.Weights(network);
        TensorLeaks.AssertNone(() =>
        {
            if (Directory.Exists(_run.Folder))
                Directory.Delete(_run.Folder, recursive: true);
            Loop(Options).Dispose();
            Loop(Options).Dispose();
            Assert.ThrowsExactly<CheckpointException>(() => Loop(Options with { Seed = 3 }));
        });

        // The network has to be the first one again: its weights are a fact of the training.
        CheckpointFolder Loop(TrainingLoopOptions options)
        {
            SetWeights(network, first);
            using var folder = new CheckpointFolder(_run.Options);
            using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(12, 1000), options, folder);
            loop.Run();
            return folder;
        }
    }

    private string Refused(
        string difference, TrainingLoopOptions options, ImageDataset? training = null, ImageDataset? validation = null, Func<Module<Tensor, Tensor>>? build = null)
    {
        var error = Assert.ThrowsExactly<CheckpointException>(() => _run.Train(options, training: training, validation: validation, build: build));
        StringAssert.Contains(error.Message, difference);
        return error.Message;
    }

    private static void SetWeights(nn.Module network, float[] weights)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var from = 0;
        foreach (var value in network.state_dict().Values)
        {
            var length = (int)value.numel();
            value.copy_(tensor(weights[from..(from + length)]).reshape(value.shape));
            from += length;
        }
    }

    private static Module<Tensor, Tensor> WithDropout()
    {
        manual_seed(3);
        return Sequential(("flat", Flatten()), ("hidden", Linear(Stripes.Size * Stripes.Size, 16)), ("drop", Dropout(0.5)), ("fc", Linear(16, 3)));
    }

    private sealed class CancellingSource(IImageSource source, CancellationTokenSource cancel, int afterReads) : IImageSource
    {
        private int _reads;

        public int Count => source.Count;

        public ImagePixels Read(int index)
        {
            if (Interlocked.Increment(ref _reads) == afterReads)
                cancel.Cancel();
            return source.Read(index);
        }

        public string NameOf(int index) => source.NameOf(index);

        public byte[] ContentHash(int index) => source.ContentHash(index);
    }
}
