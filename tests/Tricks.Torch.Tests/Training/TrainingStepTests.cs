using TorchSharp;
using Tricks.Torch.Data;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

[TestClass]
public class TrainingStepTests
{
    private static readonly TrainingRecipe Recipe = TrainingRecipe.Baseline with
    {
        Epochs = 4,
        BatchSize = 16,
        LabelSmoothing = 0.1,
        MixupAlpha = 0.2,
    };

    [TestMethod]
    [DataRow(ScalarType.Float64, 2, 1e-9)]
    [DataRow(ScalarType.Float64, 3, 1e-9)]
    [DataRow(ScalarType.Float32, 2, 1e-3)]
    [DataRow(ScalarType.Float32, 3, 1e-3)]
    public void Micro_batches_with_frozen_batch_norm_are_the_whole_batch(ScalarType type, int parts, double tolerance)
    {
        using var scope = NewDisposeScope();
        var whole = Trained(type, Recipe, frozen: true);
        var split = Trained(type, Recipe with { MicroBatches = parts }, frozen: true);
        var difference = (whole - split).abs().max().item<double>();
        Assert.IsLessThan(tolerance * (type == ScalarType.Float64 ? 1 : whole.abs().max().item<double>()), difference);
        Assert.IsGreaterThan(1e-2, (whole - Trained(type, Recipe, frozen: true, steps: 0)).abs().max().item<double>()); // it did train
    }

    [TestMethod]
    public void Micro_batches_with_batch_norm_in_training_are_another_step()
    {
        using var scope = NewDisposeScope();
        var whole = Trained(ScalarType.Float64, Recipe, frozen: false);
        var split = Trained(ScalarType.Float64, Recipe with { MicroBatches = 2 }, frozen: false);
        Assert.IsGreaterThan(1e-6, (whole - split).abs().max().item<double>()); // as docs/tricks.md says
    }

    [TestMethod]
    public void A_saved_state_continues_bit_for_bit_and_an_entry_without_place_is_refused()
    {
        using var scope = NewDisposeScope();
        var recipe = Recipe with { EmaDecay = 0.9 };
        using var unbroken = Stripes.Network();
        using var whole = Step(unbroken, recipe);
        Run(unbroken, whole, 0, 4);

        using var first = Stripes.Network();
        using var before = Step(first, recipe);
        Run(first, before, 0, 2);
        using var second = Stripes.Network();
        second.load_state_dict(first.state_dict());
        using var after = Step(second, recipe);
        after.LoadState(before.State);
        Run(second, after, 2, 4);
        CollectionAssert.AreEqual(Stripes.Weights(unbroken), Stripes.Weights(second));
        foreach (var (a, b) in whole.State.Zip(after.State))
            Assert.IsTrue(a.Name == b.Name && Waves.Same(a.Value, b.Value), a.Name);

        using var plain = Step(second, Recipe);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => plain.LoadState(before.State)).Message, "average.");
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_moves_nothing_and_leaves_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var network = Stripes.Network();
        using var step = Step(network, Recipe with { MicroBatches = 2, MixupAlpha = 0 });
        network.eval();
        var before = Stripes.Weights(network);
        var images = Images(ScalarType.Float32);
        images[15] = float.NaN; // in the second part
        Assert.IsFalse(double.IsFinite(step.Run(new ImageBatch(images, Labels(), []), 0)));
        CollectionAssert.AreEqual(before, Stripes.Weights(network));
        Assert.IsTrue(network.parameters().All(p => p.grad is null));
    }

    [TestMethod]
    [DataRow(1), DataRow(2)]
    public void Teachers_see_the_very_images_that_the_student_sees(int parts)
    {
        using var scope = NewDisposeScope();
        using var student = new Witness();
        using var first = new Witness();
        using var second = new Witness();
        using var teachers = new TeacherEnsemble([new Teacher(first, Stripes.Preprocessing), new Teacher(second, Stripes.Preprocessing)], Stripes.Preprocessing, temperature: 2, CPU);
        using var step = new TrainingStep(student, Recipe with { MicroBatches = parts, CutMixAlpha = 1 }, classes: 3, stepsPerEpoch: 10, seed: 1, CPU, teachers);
        student.train();
        for (var i = 0; i < 4; i++)
            step.Run(new ImageBatch(Images(ScalarType.Float32), Labels(), []), i);
        Assert.HasCount(4 * parts, student.Seen);
        CollectionAssert.AreNotEqual(Images(ScalarType.Float32).narrow(0, 0, 16 / parts).data<float>().ToArray(), student.Seen[0], "they are mixed");
        for (var i = 0; i < student.Seen.Count; i++)
        {
            CollectionAssert.AreEqual(student.Seen[i], first.Seen[i]);
            CollectionAssert.AreEqual(student.Seen[i], second.Seen[i]);
        }
    }

    /// <summary>A linear classifier that remembers its input.</summary>
    private sealed class Witness : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> fc = Linear(Stripes.Size * Stripes.Size, 3);

        public Witness()
            : base(nameof(Witness)) => RegisterComponents();

        public List<float[]> Seen { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Seen.Add(input.contiguous().data<float>().ToArray());
            return fc.call(input.flatten(1));
        }
    }

    private static Tensor Trained(ScalarType type, TrainingRecipe recipe, bool frozen, int steps = 3)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var network = Sequential( // a ResNet pools in float32, so that it has no float64 gradient to compare
            ("conv", Conv2d(1, 8, 3)), ("bn", BatchNorm2d(8)), ("relu", ReLU()), ("pool", AdaptiveAvgPool2d(2)), ("flatten", Flatten()), ("fc", Linear(32, 3))).to(type);
        using var step = Step(network, recipe);
        network.train(!frozen); // in evaluation mode, batch normalisation uses its running statistics
        for (var i = 0; i < steps; i++)
            step.Run(new ImageBatch(Images(type), Labels(), []), i);
        return cat([.. network.parameters().Select(p => p.detach().to(ScalarType.Float64).flatten())]).MoveToOuterDisposeScope();
    }

    private static TrainingStep Step(Module<Tensor, Tensor> network, TrainingRecipe recipe) =>
        new(network, recipe, classes: 3, stepsPerEpoch: 10, seed: 1, CPU);

    private static void Run(Module<Tensor, Tensor> network, TrainingStep step, int from, int to)
    {
        network.train();
        for (var i = from; i < to; i++)
            step.Run(new ImageBatch(Images(ScalarType.Float32), Labels(), []), i);
    }

    private static Tensor Images(ScalarType type) => Waves.Of([16, 1, Stripes.Size, Stripes.Size], 1, type);

    private static Tensor Labels() => arange(16, dtype: ScalarType.Int64) % 3;
}
