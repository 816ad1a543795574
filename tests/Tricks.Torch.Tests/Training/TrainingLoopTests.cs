using Tricks.Torch.Data;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Training;

[TestClass]
public class TrainingLoopTests
{
    [TestMethod]
    public void A_tiny_network_learns_stripes_and_reports_what_the_network_it_leaves_can_do()
    {
        using var network = Stripes.Network();
        var validation = Stripes.Images(61, first: 1000); // odd: the last batch is of another size
        var recipe = Stripes.Recipe with { Epochs = 6, MixupAlpha = 0 };
        var reported = new List<EpochResult>();
        using var loop = new TrainingLoop(network, Stripes.Images(96), validation, Stripes.Options(recipe));
        var result = loop.Run(new Reports(reported));

        Assert.AreEqual(TrainingEnd.Finished, result.End);
        CollectionAssert.AreEqual(reported, result.Epochs.ToArray());
        Assert.HasCount(6, reported);
        Assert.IsGreaterThan(0.9, result.BestValidation!.Value.Accuracy);
        var best = reported.Max(e => e.Validation!.Value.Top1);
        Assert.AreEqual(best, reported[result.BestEpoch - 1].Validation!.Value.Top1);
        using var evaluation = new Evaluation(validation, Stripes.Preprocessing, 16, topK: 2);
        Assert.AreEqual(result.BestValidation, evaluation.Run(network, CPU)); // the best weights are back
        Assert.IsFalse(network.training);
    }

    [TestMethod]
    public void Metrics_are_those_of_all_rows_counted_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var network = Stripes.Network(zeroGamma: false);
        var data = Stripes.Images(29);
        using var evaluation = new Evaluation(data, Stripes.Preprocessing, batchSize: 8, topK: 2);
        var metrics = evaluation.Run(network, CPU);

        var transform = new EvaluationTransform(Stripes.Preprocessing);
        var (loss, top1, top2) = (0.0, 0, 0);
        for (var row = 0; row < data.Count; row++)
        {
            var pixels = new float[2 * Stripes.Size * Stripes.Size];
            transform.Apply(data.Read(row), pixels.AsSpan(0, pixels.Length / 2));
            using var noGradient = no_grad();
            var z = network.call(tensor(pixels, [2, 1, Stripes.Size, Stripes.Size])).data<float>().Take(3).Select(v => (double)v).ToArray();
            var truth = z[data.Labels[row]];
            loss += Math.Log(z.Sum(v => Math.Exp(v - truth)));
            var better = z.Count(v => v > truth);
            top1 += better == 0 ? 1 : 0;
            top2 += better <= 1 ? 1 : 0;
        }

        Assert.AreEqual(29, metrics.Rows);
        Assert.AreEqual(loss / 29, metrics.Loss, 1e-5);
        Assert.AreEqual(top1, metrics.Top1);
        Assert.AreEqual(top2, metrics.TopK);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var first = Stripes.TrainedWeights();
        CollectionAssert.AreEqual(first, Stripes.TrainedWeights());
        CollectionAssert.AreNotEqual(first, Stripes.TrainedWeights(seed: 2));
    }

    [TestMethod]
    public void Neither_workers_nor_the_cache_change_a_bit()
    {
        var reference = Stripes.TrainedWeights(workers: 1);
        CollectionAssert.AreEqual(reference, Stripes.TrainedWeights(workers: 4));
        // A tenth of the images fits: 4 of 48.
        var cached = new CachedImages(Stripes.Source(48), new MemoryBudget(4 * Stripes.Size * Stripes.Size));
        CollectionAssert.AreEqual(reference, Stripes.TrainedWeights(source: cached));
        Assert.AreEqual(4 * Stripes.Size * Stripes.Size, cached.KeptBytes);
    }

    [TestMethod]
    public void Training_ends_early_when_validation_no_longer_improves()
    {
        using var network = Stripes.Network();
        // A rate so low that nothing is learned: the first epoch stays the best but for ties in loss.
        var recipe = Stripes.Recipe with { Epochs = 30, LearningRate = 1e-30, EarlyStoppingPatience = 2, WarmupEpochs = 0 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), new ImageDataset(Stripes.Source(3), [0, 0, 0], Stripes.ClassNames), Stripes.Options(recipe));
        var result = loop.Run();
        Assert.AreEqual(TrainingEnd.StoppedEarly, result.End);
        Assert.AreEqual(result.BestEpoch + 2, result.Epochs.Count);
        Assert.IsLessThan(30, result.Epochs.Count);
    }

    [TestMethod]
    public void Cancelling_throws_or_gives_the_best_weights_so_far()
    {
        foreach (var behavior in new[] { CancellationBehavior.Throw, CancellationBehavior.ReturnBest })
        {
            using var cancel = new CancellationTokenSource();
            using var network = Stripes.Network();
            var options = Stripes.Options(Stripes.Recipe with { Epochs = 50 }) with { OnCancellation = behavior };
            using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(12, 1000), options);
            var progress = new Reports([], e => { if (e.Epoch == 3) cancel.Cancel(); });
            if (behavior == CancellationBehavior.Throw)
            {
                Assert.Throws<OperationCanceledException>(() => loop.Run(progress, cancel.Token));
                continue;
            }

            var result = loop.Run(progress, cancel.Token);
            Assert.AreEqual(TrainingEnd.Cancelled, result.End);
            Assert.HasCount(3, result.Epochs);
            using var evaluation = new Evaluation(Stripes.Images(12, 1000), Stripes.Preprocessing, 16, 2);
            Assert.AreEqual(result.BestValidation, evaluation.Run(network, CPU));
        }
    }

    [TestMethod]
    public void Cancelling_inside_an_epoch_takes_no_further_step()
    {
        using var cancel = new CancellationTokenSource();
        using var network = Stripes.Network();
        var source = new CancellingSource(Stripes.Source(480), cancel, afterReads: 64);
        var data = new ImageDataset(source, Stripes.Images(480).Labels, Stripes.ClassNames);
        using var loop = new TrainingLoop(network, data, null, Stripes.Options(Stripes.Recipe));
        Assert.Throws<OperationCanceledException>(() => loop.Run(cancellationToken: cancel.Token));
        // 64 reads are four batches; two more may be in preparation.
        Assert.IsLessThanOrEqualTo(64 + (16 * (BatchLoader.BatchesAhead + 1)), source.Reads);
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_stops_with_step_rate_and_rows()
    {
        using var network = Stripes.Network(zeroGamma: false);
        var recipe = Stripes.Recipe with { LearningRate = 1e30, WarmupEpochs = 0 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options(recipe));
        var error = Assert.ThrowsExactly<NonFiniteLossException>(() => loop.Run());
        Assert.IsGreaterThanOrEqualTo(1, error.Step);
        Assert.HasCount(16, error.Rows);
        StringAssert.Contains(error.Message, $"step {error.Step}");
        StringAssert.Contains(error.Message, error.Rows[0]);
        StringAssert.Contains(error.Message, "learning rate");
    }

    [TestMethod]
    public void An_update_that_diverges_in_the_last_step_is_noticed_too()
    {
        using var network = Stripes.Network(zeroGamma: false);
        // One step, whose loss is finite and whose update is not; no validation, no later loss.
        var recipe = Stripes.Recipe with { Epochs = 1, BatchSize = 48, LearningRate = 3e38, LinearScaling = false, WarmupEpochs = 0, Momentum = 0.999 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options(recipe));
        var error = Assert.ThrowsExactly<NonFiniteLossException>(() => loop.Run());
        Assert.AreEqual(0, error.Step);
    }

    [TestMethod]
    public void All_faults_of_a_recipe_are_listed_together()
    {
        using var network = Stripes.Network();
        var recipe = Stripes.Recipe with
        {
            Epochs = 0,
            LearningRate = -1,
            Momentum = 1,
            WeightDecay = double.NaN,
            LabelSmoothing = 1,
            MixupAlpha = -0.2,
            StepFactor = 0,
            Augmentation = Augmentation.SmallImage with { FlipProbability = 2 },
            BatchSize = 4096,
        };
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options(recipe)));
        foreach (var option in new[]
        {
            "Epochs is 0", "LearningRate is -1", "Momentum is 1", "WeightDecay is NaN", "LabelSmoothing is 1", "MixupAlpha is -0.2",
            "StepFactor is 0", "FlipProbability is 2", "BatchSize is 4096, but there are only 48 training images",
        })
        {
            StringAssert.Contains(error.Message, option);
        }
    }

    private sealed class Reports(List<EpochResult> all, Action<EpochResult>? then = null) : IProgress<EpochResult>
    {
        public void Report(EpochResult value)
        {
            all.Add(value);
            then?.Invoke(value);
        }
    }

    private sealed class CancellingSource(IImageSource source, CancellationTokenSource cancel, int afterReads) : IImageSource
    {
        private int _reads;

        public int Reads => _reads;

        public int Count => source.Count;

        public ImagePixels Read(int index)
        {
            if (Interlocked.Increment(ref _reads) == afterReads)
                cancel.Cancel();
            return source.Read(index);
        }

        public string NameOf(int index) => source.NameOf(index);
    }
}
