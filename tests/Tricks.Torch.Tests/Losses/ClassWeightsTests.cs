using Tricks.Torch.Losses;
using Tricks.Torch.Tests.Golden;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Losses;

[TestClass]
public class ClassWeightsTests
{
    private static readonly int[] Labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 3]; // 6, 3, 0 and 1 rows

    [TestMethod]
    public void Power_1_is_inverse_frequency_and_power_0_weighs_alike()
    {
        double[] inverse = [10.0 / (3 * 6), 10.0 / (3 * 3), 0, 10.0 / 3]; // n / (K n_c) over the classes that have rows
        var weights = ClassWeights.Of(Labels, 4, 1);
        for (var c = 0; c < 4; c++)
            Assert.AreEqual(inverse[c], weights[c], 1e-12);
        CollectionAssert.AreEqual(new[] { 1.0, 1.0, 0.0, 1.0 }, ClassWeights.Of(Labels, 4, 0));
    }

    [TestMethod]
    public void The_weights_of_all_rows_add_up_to_their_number_and_follow_the_power()
    {
        var weights = ClassWeights.Of(Labels, 4, 0.5);
        Assert.AreEqual(10, Labels.Sum(label => weights[label]), 1e-12);
        Assert.AreEqual(Math.Sqrt(6.0 / 3), weights[1] / weights[0], 1e-12);
    }

    [TestMethod]
    [DataRow(ScalarType.Float64)]
    [DataRow(ScalarType.Float32)]
    public void The_weighted_loss_and_its_gradient_are_PyTorchs(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var logits = (Waves.Of([5, 7], 1, type) * 3).detach();
        logits.requires_grad = true;
        var targets = (Waves.Of([5, 7], 4, type) * 2).softmax(1);
        var loss = SoftTargetCrossEntropy.Of(logits, targets, (Waves.Of([7], 6, type) * 0.5) + 1);
        loss.backward();
        Waves.AssertEqual(
            Waves.Recorded("losses", type.ToString().ToLowerInvariant(), "class weights"), cat([loss.reshape(1), logits.grad!.flatten()]));
    }
}
