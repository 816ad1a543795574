using TorchSharp.Modules;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class AuxiliaryClassifierTests
{
    /// <summary>Softmax of zero logits: ln 4 for each head, whatever the targets.</summary>
    [TestMethod]
    public void The_training_loss_is_the_loss_of_the_logits_plus_the_weighted_loss_of_the_auxiliary_logits()
    {
        using var scope = NewDisposeScope();
        using var network = new TwoHeads();
        var recipe = TrainingRecipe.Baseline with { Momentum = 0, Nesterov = false, WeightDecay = 0, LearningRate = 1 };
        using var step = new TrainingStep(network, recipe, classes: 4, stepsPerEpoch: 100, seed: 1, CPU);

        var loss = step.Run(new ImageBatch(ones(2, 1, 1, 1), tensor((long[])[0, 1]), [0, 1]), step: 0);

        Assert.AreEqual((1 + TwoHeads.Weight) * Math.Log(4), loss, 1e-6);
        // The gradient of a bias is the mean of softmax - target: 1/4 - 1/2 for classes 0 and 1, 1/4 for the others.
        double[] expected = [0.25, 0.25, -0.25, -0.25];
        foreach (var (bias, weight) in new[] { (network.Main.bias!, 1.0), (network.Auxiliary.bias!, TwoHeads.Weight) })
        {
            foreach (var (k, value) in bias.detach().data<float>().ToArray().Index())
                Assert.AreEqual(expected[k] * weight, value, 1e-6);
        }
    }

    [TestMethod]
    public void Inceptions_forward_leaves_the_auxiliary_classifier_out_and_its_weight_is_two_fifths()
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.InceptionV3.Build(10, imageSize: 75);
        Assert.AreEqual(0.4, ((IAuxiliaryClassifier)network).AuxiliaryLossWeight);

        network.call(ones(2, 3, 75, 75)).sum().backward();

        var without = network.named_parameters().Where(entry => entry.parameter.grad is null).Select(entry => entry.name).ToList();
        Assert.HasCount(8, without); // two convolutions with gamma and beta, weight and bias
        Assert.IsTrue(without.TrueForAll(name => name.StartsWith("AuxLogits.", StringComparison.Ordinal)));
    }

    private sealed class TwoHeads : Module<Tensor, Tensor>, IAuxiliaryClassifier
    {
        public const double Weight = 0.3;

        private readonly Linear main = Linear(1, 4);
        private readonly Linear auxiliary = Linear(1, 4);

        public TwoHeads()
            : base(nameof(TwoHeads))
        {
            RegisterComponents();
            using var noGradient = no_grad();
            foreach (var parameter in this.parameters())
                parameter.zero_();
        }

        public Linear Main => main;

        public Linear Auxiliary => auxiliary;

        public double AuxiliaryLossWeight => Weight;

        public (Tensor Logits, Tensor AuxiliaryLogits) CallWithAuxiliary(Tensor images)
        {
            using var flat = images.flatten(1);
            return (main.call(flat), auxiliary.call(flat));
        }

        public override Tensor forward(Tensor input) => CallWithAuxiliary(input).Logits;
    }
}
