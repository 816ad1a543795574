using Tricks.Torch.Optim;
using Tricks.Torch.Tests.Golden;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Optim;

[TestClass]
public class GradientClippingTests
{
    [TestMethod]
    [DataRow(ScalarType.Float64)]
    [DataRow(ScalarType.Float32)]
    public void By_value_by_norm_and_below_the_norm_they_are_PyTorchs(ScalarType type)
    {
        using var scope = NewDisposeScope();
        AssertClipped("clip value", type, p => GradientClipping.ByValue(p, 0.5));
        AssertClipped("clip norm", type, p => GradientClipping.ByGlobalNorm(p, 0.5));
        AssertClipped("clip norm above", type, p => GradientClipping.ByGlobalNorm(p, 50));
    }

    [TestMethod]
    public void The_norm_is_that_of_all_gradients_and_infinity_changes_no_bit()
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters(ScalarType.Float32);
        var before = Gradients(parameters);
        var norm = GradientClipping.ByGlobalNorm(parameters, double.PositiveInfinity);
        GradientClipping.ByValue(parameters, double.PositiveInfinity);
        Assert.IsTrue(Waves.Same(before, Gradients(parameters)));
        var sum = Enumerable.Range(0, 12).Sum(i => Math.Pow(Math.Sin(1 + (0.7 * i)), 2)) + Enumerable.Range(0, 3).Sum(i => Math.Pow(Math.Sin(2 + (0.7 * i)), 2));
        Assert.AreEqual(Math.Sqrt(sum), norm, 1e-6);
        Assert.AreEqual(0, GradientClipping.ByGlobalNorm([zeros(2)], 1));
    }

    private static void AssertClipped(string recorded, ScalarType type, Action<List<Tensor>> clip)
    {
        var parameters = Parameters(type);
        clip(parameters);
        Waves.AssertEqual(Waves.Recorded("losses", type.ToString().ToLowerInvariant(), recorded), Gradients(parameters));
    }

    private static List<Tensor> Parameters(ScalarType type)
    {
        var (weight, bias, frozen) = (zeros(3, 4, type, requires_grad: true), zeros(3, type, requires_grad: true), zeros(2, type));
        (weight.grad, bias.grad) = (Waves.Of([3, 4], 1, type), Waves.Of([3], 2, type));
        return [weight, bias, frozen];
    }

    private static Tensor Gradients(List<Tensor> parameters) => cat([parameters[0].grad!.flatten(), parameters[1].grad!]).clone();
}
