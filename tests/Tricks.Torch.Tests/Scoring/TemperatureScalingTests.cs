using Tricks.Torch.Scoring;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Scoring;

[TestClass]
public class TemperatureScalingTests
{
    [TestMethod]
    public void Two_classes_with_a_known_share_give_the_closed_form()
    {
        // All logits are (g, 0) and 3 of 4 labels are 0: softmax(g / T) = 3/4 at T = g / log 3.
        using var scope = NewDisposeScope();
        foreach (var gap in new[] { 0.5, 4.0, 20.0 })
        {
            var logits = tensor(new[] { gap, 0, gap, 0, gap, 0, gap, 0 }, 4, 2);
            var labels = tensor(new long[] { 0, 0, 1, 0 });
            var temperature = TemperatureScaling.Fit(logits, labels);
            Assert.AreEqual(gap / Math.Log(3), temperature, 1e-8);
            Assert.AreEqual(0, TemperatureScaling.ExpectedCalibrationError(logits, labels, temperature), 1e-9);
            Assert.AreEqual(Math.Abs((1 / (1 + Math.Exp(-gap))) - 0.75), TemperatureScaling.ExpectedCalibrationError(logits, labels), 1e-9);
        }
    }

    [TestMethod]
    public void The_gradient_of_the_cross_entropy_is_zero_there_and_the_error_falls()
    {
        using var scope = NewDisposeScope();
        var truth = randn([4000, 5], ScalarType.Float64, generator: new Generator(1)) * 1.5;
        var labels = truth.softmax(1).multinomial(1, generator: new Generator(2)).squeeze(1);
        var logits = truth * 3; // three times too confident
        var temperature = TemperatureScaling.Fit(logits, labels);
        Assert.AreEqual(3, temperature, 0.2);
        var inverse = tensor(1 / temperature, ScalarType.Float64).requires_grad_();
        nn.functional.cross_entropy(logits * inverse, labels).backward();
        Assert.IsLessThan(1e-9, Math.Abs(inverse.grad!.item<double>()));
        Assert.IsGreaterThan(0.15, TemperatureScaling.ExpectedCalibrationError(logits, labels));
        Assert.IsLessThan(0.03, TemperatureScaling.ExpectedCalibrationError(logits, labels, temperature));
    }

    [TestMethod]
    public void The_error_is_the_papers_sum_over_bins()
    {
        using var scope = NewDisposeScope();
        // Highest scores 0.9, 0.9, 0.6, 0.6 in the bins of 10; right, right, right, wrong: (2 |1 - 0.9| + 2 |0.5 - 0.6|) / 4.
        var scores = new[] { 0.9, 0.1, 0.9, 0.1, 0.6, 0.4, 0.6, 0.4 };
        var error = TemperatureScaling.ExpectedCalibrationError(tensor(scores, 4, 2).log(), tensor(new long[] { 0, 0, 0, 1 }), bins: 10);
        Assert.AreEqual(0.1, error, 1e-12);
        Assert.AreEqual(1, TemperatureScaling.ExpectedCalibrationError(tensor(new[] { 1000.0, 0 }, 1, 2), tensor(new long[] { 1 })), 1e-12);
    }
}
