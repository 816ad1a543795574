using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>Recorded norms are the gradients' own, cost no bit, and tell networks made to vanish or explode from healthy ones.</summary>
[TestClass]
public class GradientDiagnosisTests
{
    private static readonly TrainingLoopOptions Recorded = Stripes.Options() with { RecordNormsEvery = 1 };

    [TestMethod]
    public void Recording_changes_no_bit()
    {
        using var network = Stripes.Network();
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Recorded);
        var result = loop.Run();
        CollectionAssert.AreEqual(Stripes.TrainedWeights(), Stripes.Weights(network));
        Assert.HasCount(network.named_parameters().Count(), result.Epochs[1].Norms!);
        using var silent = new TrainingLoop(network, Stripes.Images(48), null, Stripes.Options());
        Assert.IsNull(silent.Run().Epochs[0].Norms);
    }

    [TestMethod]
    public void Norms_are_those_of_the_step_that_plain_gradient_descent_takes()
    {
        // One step of plain gradient descent at rate 1: the gradient is what the weights lost.
        var recipe = TrainingRecipe.Baseline with
        {
            Epochs = 1,
            BatchSize = 48,
            LearningRate = 1,
            Decay = LearningRateDecay.Constant,
            Momentum = 0,
            Nesterov = false,
            WeightDecay = 0,
            Augmentation = Augmentation.None,
        };
        using var scope = NewDisposeScope();
        using var network = Stripes.Network(zeroGamma: false);
        var before = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Recorded with { Recipe = recipe });
        var norms = loop.Run().Epochs[0].Norms!;
        foreach (var (name, parameter) in network.named_parameters())
        {
            var its = norms.Single(n => n.Name == name);
            var gradient = before[name].sub(parameter).to(ScalarType.Float64).norm().item<double>();
            var weight = before[name].to(ScalarType.Float64).norm().item<double>();
            Assert.AreEqual(gradient, its.GradientNorm, 1e-4 * (gradient + 1e-3), name);
            Assert.AreEqual(its.GradientNorm, its.GreatestGradientNorm, 1e-12 * gradient);
            Assert.AreEqual(weight, its.WeightNorm, 1e-6 * weight, name);
            Assert.AreEqual(parameter.dim(), its.Rank);
        }
    }

    [TestMethod]
    public void Only_steps_of_the_interval_are_recorded_and_the_mean_is_quadratic()
    {
        var sums = default(NormSums).Add(3, 1).Add(4, 2);
        Assert.AreEqual(new ParameterNorms("w", 2, Math.Sqrt(12.5), 4, Math.Sqrt(2.5)), sums.Of("w", 2));
        using var network = Stripes.Network();
        var recorder = new NormRecorder(network, interval: 3);
        using var loss = network.call(zeros(2, 1, Stripes.Size, Stripes.Size)).sum();
        loss.backward();
        for (var step = 0; step < 7; step++)
            recorder.Record(step);
        Assert.AreEqual(3, recorder.Sums["fc.weight"].Steps); // steps 0, 3 and 6
    }

    [TestMethod]
    public void A_healthy_network_is_called_healthy()
    {
        var diagnosis = Diagnose(Stripes.Network(zeroGamma: false));
        Assert.IsTrue(diagnosis.IsHealthy, diagnosis.Message);
        StringAssert.Contains(diagnosis.Message, "within a factor of 1000");
    }

    [TestMethod]
    public void A_deep_stack_of_sigmoids_vanishes_towards_the_input()
    {
        // Each layer multiplies the gradient by the slope, at most 1/4, and by weights of variance 1/fan-in.
        using var network = Stack(layers: 12, deviation: 1, () => Sigmoid());
        var diagnosis = Diagnose(network);
        Assert.IsEmpty(diagnosis.Exploding);
        CollectionAssert.Contains(diagnosis.Vanishing.ToArray(), "fc1.weight");
        CollectionAssert.DoesNotContain(diagnosis.Vanishing.ToArray(), "fc12.weight");
        CollectionAssert.AreEqual(Enumerable.Range(1, diagnosis.Vanishing.Count).Select(i => $"fc{i}.weight").ToArray(), diagnosis.Vanishing.ToArray(), "the layers nearest to the input");
        StringAssert.Contains(diagnosis.Message, $"Vanishing gradients in {diagnosis.Vanishing.Count} of 12 layers: fc1.weight");
    }

    [TestMethod]
    public void A_deep_stack_of_large_weights_explodes_towards_the_input()
    {
        // Hyperbolic tangents keep the activations bounded while weights of variance 400/fan-in multiply the gradient
        // (the chaotic phase of Schoenholz et al., arXiv:1611.01232).
        using var network = Stack(layers: 12, deviation: 20, () => Tanh());
        var diagnosis = Diagnose(network);
        Assert.IsEmpty(diagnosis.Vanishing);
        CollectionAssert.Contains(diagnosis.Exploding.ToArray(), "fc1.weight");
        CollectionAssert.DoesNotContain(diagnosis.Exploding.ToArray(), "fc12.weight");
        StringAssert.Contains(diagnosis.Message, $"Exploding gradients in {diagnosis.Exploding.Count} of 12 layers: fc1.weight");
    }

    [TestMethod]
    public void Gradients_that_are_zero_or_not_finite_are_named()
    {
        ParameterNorms Layer(string name, double gradient) => new(name, 4, gradient, gradient, 1);
        var diagnosis = GradientDiagnosis.Of([Layer("zero", 0), Layer("infinite", double.PositiveInfinity), new("bias", 1, 0, 0, 1), Layer("last", 1)]);
        CollectionAssert.AreEqual(new[] { "zero" }, diagnosis.Vanishing.ToArray());
        CollectionAssert.AreEqual(new[] { "infinite" }, diagnosis.Exploding.ToArray());
        Assert.IsTrue(GradientDiagnosis.Of([Layer("tenth", 0.1), Layer("last", 1)]).IsHealthy);
        Assert.HasCount(2, GradientDiagnosis.Of([Layer("dead", 0), Layer("too", 0)]).Vanishing);
        Assert.ThrowsExactly<ArgumentException>(() => GradientDiagnosis.Of([new("bias", 1, 0, 0, 1)]));
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_comes_with_the_diagnosis()
    {
        using var network = Stripes.Network(zeroGamma: false);
        var recipe = Stripes.Recipe with { LearningRate = 1e30, WarmupEpochs = 0 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Recorded with { Recipe = recipe });
        var error = Assert.ThrowsExactly<NonFiniteLossException>(() => loop.Run());
        Assert.IsNotNull(error.Diagnosis);
        StringAssert.Contains(error.Message, error.Diagnosis.Message);
    }

    private static GradientDiagnosis Diagnose(Module<Tensor, Tensor> network)
    {
        // A rate so small that the first weights are judged.
        var recipe = Stripes.Recipe with { Epochs = 1, LearningRate = 1e-12, MixupAlpha = 0 };
        using var loop = new TrainingLoop(network, Stripes.Images(48), null, Recorded with { Recipe = recipe });
        return GradientDiagnosis.Of(loop.Run().Epochs[0].Norms!);
    }

    /// <summary>Fully connected layers of width 32, weights with the given deviation times 1 / sqrt(fan-in).</summary>
    private static Module<Tensor, Tensor> Stack(int layers, double deviation, Func<Module<Tensor, Tensor>> activation)
    {
        manual_seed(1);
        List<(string, Module<Tensor, Tensor>)> parts = [("flat", Flatten())];
        for (var i = 1; i <= layers; i++)
        {
            var inputs = i == 1 ? Stripes.Size * Stripes.Size : 32;
            var linear = Linear(inputs, i == layers ? 3 : 32);
            init.normal_(linear.weight!, 0, deviation / Math.Sqrt(inputs));
            parts.Add(($"fc{i}", linear));
            if (i < layers)
                parts.Add(($"act{i}", activation()));
        }

        return Sequential([.. parts]);
    }
}
