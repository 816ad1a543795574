using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;

namespace Tricks.Torch.Tests.Training;

[TestClass]
public class LearningRateFinderTests
{
    [TestMethod]
    public void The_suggestion_is_where_a_known_curve_is_steepest()
    {
        // A logistic fall around 10^-2.5 in log10(rate), then a rise from 1 on.
        static double Loss(double log) => (2 / (1 + Math.Exp(4 * (log + 2.5)))) + Math.Exp(6 * (log - 0.5));
        var curve = new LearningRateCurve([.. Enumerable.Range(0, 101).Select(i => (-5 + (i * 0.06)) switch { var log => (Math.Pow(10, log), Loss(log)) })]);
        Assert.AreEqual(-2.5, Math.Log10(curve.Suggestion!.Value), 0.06);
        Assert.IsNull(new LearningRateCurve([.. Enumerable.Range(1, 50).Select(i => ((double)i, (double)i))]).Suggestion); // only rises
    }

    [TestMethod]
    public void The_test_covers_the_range_leaves_the_weights_and_is_a_function_of_the_seed()
    {
        using var network = Stripes.Network();
        var before = Stripes.Weights(network);
        LearningRateCurve Run() => LearningRateFinder.Run(network, Stripes.Images(48), Stripes.Options(), 1e-4, 1e3, steps: 40);
        var curve = Run();
        CollectionAssert.AreEqual(before, Stripes.Weights(network));
        CollectionAssert.AreEqual(curve.Points.ToArray(), Run().Points.ToArray());
        Assert.AreEqual(1e-4, curve.Points[0].Rate, 1e-12);
        Assert.IsTrue(curve.Points.Zip(curve.Points.Skip(1)).All(p => Math.Abs((p.Second.Rate / p.First.Rate) - Math.Pow(1e7, 1 / 39.0)) < 1e-6));
        Assert.IsInRange(1e-3, 1e2, curve.Suggestion!.Value);
    }

    [TestMethod]
    public void It_leaves_no_tensor_behind()
    {
        using var network = Stripes.Network();
        TensorLeaks.AssertNone(() => LearningRateFinder.Run(network, Stripes.Images(48), Stripes.Options(), steps: 20));
    }
}
