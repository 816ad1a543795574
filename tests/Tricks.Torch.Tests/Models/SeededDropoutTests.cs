using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Training;
using Tricks.Torch.Training;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class SeededDropoutTests
{
    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.2)]
    public void Elements_are_dropped_with_the_probability_said_and_the_others_scaled_so_that_the_mean_stays(double probability)
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(probability);
        const int Count = 40_000;

        var values = dropout.call(ones(100, Count / 100)).data<float>().ToArray();

        var kept = (float)(1 / (1 - probability));
        Assert.IsTrue(values.All(value => value == 0 || value == kept));
        Assert.AreEqual(probability, values.Count(value => value == 0) / (double)Count, 5 * Math.Sqrt(probability * (1 - probability) / Count));
    }

    [TestMethod]
    public void Evaluation_and_probability_0_change_no_bit()
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(0.5);
        using var off = new SeededDropout(0);
        var x = arange(50, ScalarType.Float32).sin();
        dropout.eval();

        Assert.IsTrue(dropout.call(x).equal(x).all().item<bool>());
        Assert.IsTrue(off.call(x).equal(x).all().item<bool>());
    }

    [TestMethod]
    public void The_mask_is_a_function_of_seed_step_and_place_whatever_came_before()
    {
        using var scope = NewDisposeScope();
        SeededDropout[] dropouts = [new(0.5), new(0.5)];
        var x = ones(1000);
        float[] Mask(long seed, long step, int place)
        {
            SeededDropout.Seed(dropouts, seed, step);
            return dropouts[place].call(x).data<float>().ToArray();
        }

        var reference = Mask(1, 7, 0);
        float[][] others = [Mask(1, 8, 0), Mask(2, 7, 0), Mask(1, 7, 1)];

        CollectionAssert.AreEqual(reference, Mask(1, 7, 0));
        foreach (var other in others)
            CollectionAssert.AreNotEqual(reference, other);
        Array.ForEach(dropouts, dropout => dropout.Dispose());
    }

    [TestMethod]
    public void Gradients_pass_where_the_mask_does_in_the_precision_of_the_input()
    {
        using var scope = NewDisposeScope();
        using var dropout = new SeededDropout(0.5);
        var x = ones([64], ScalarType.BFloat16).requires_grad_();

        var y = dropout.call(x);
        y.sum().backward();

        Assert.AreEqual(ScalarType.BFloat16, y.dtype);
        Assert.IsTrue(x.grad!.equal(y).all().item<bool>());
    }

    /// <summary>Two threads at once, which a process-wide generator would not survive; and a start in the middle.</summary>
    [TestMethod]
    public void Training_with_dropout_gives_the_same_bits_again_beside_another_training_and_from_the_middle()
    {
        var reference = Train([0, 1, 2]);
        float[][] results = [[], []];
        Parallel.For(0, 2, i => results[i] = Train(i == 0 ? [0, 1, 2] : [3, 4, 5]));

        CollectionAssert.AreEqual(reference, results[0]);
        CollectionAssert.AreNotEqual(reference, results[1]);
        CollectionAssert.AreEqual(Train([4], Train([3])), Train([3, 4]));
    }

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void A_probability_out_of_range_is_refused(double probability) =>
        Assert.Contains("[0, 1)", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SeededDropout(probability)).Message);

    /// <summary>The weights after the steps, each on the same images; without momentum they are all that a step depends on.</summary>
    private static float[] Train(long[] steps, float[]? from = null)
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetworks.Vgg(norm: false);
        network.train();
        if (from is not null)
            Load(network, from);
        var recipe = TrainingRecipe.Baseline with { Epochs = 10, Momentum = 0, Nesterov = false };
        using var step = new TrainingStep(network, recipe, classes: 10, stepsPerEpoch: 1000, seed: 5, CPU);
        using var batch = new Batch();
        foreach (var number in steps)
            step.Run(batch.Value, number);
        return Stripes.Weights(network);
    }

    private static void Load(nn.Module network, float[] weights)
    {
        using var noGradient = no_grad();
        var at = 0;
        foreach (var target in network.state_dict().Values)
        {
            var count = (int)target.numel();
            target.copy_(tensor(weights[at..(at + count)], target.shape));
            at += count;
        }
    }

    private sealed class Batch : IDisposable
    {
        private readonly Tensor _images;
        private readonly Tensor _labels = arange(4, ScalarType.Int64).DetachFromDisposeScope();

        public Batch()
        {
            var random = new SeededRandom(9);
            float[] values = [.. Enumerable.Range(0, 4 * 3 * 32 * 32).Select(_ => (float)random.NextGaussian())];
            _images = tensor(values, [4, 3, 32, 32]).DetachFromDisposeScope();
        }

        public ImageBatch Value => new(_images, _labels, [0, 1, 2, 3]);

        public void Dispose()
        {
            _images.Dispose();
            _labels.Dispose();
        }
    }
}
