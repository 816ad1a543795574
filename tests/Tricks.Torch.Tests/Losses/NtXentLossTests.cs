using Tricks.Torch.Losses;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Losses;

[TestClass]
public class NtXentLossTests
{
    private const int Images = 7;
    private const int Length = 5;

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(3.0)]
    public void Equals_the_papers_pseudo_code(double temperature)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Values(1), Values(2));
        var expected = Algorithm1(first, second, temperature);
        var exact = NtXentLoss.Of(Embeddings(first), Embeddings(second), temperature);
        Assert.AreEqual(ScalarType.Float64, exact.dtype);
        Assert.AreEqual(expected, exact.item<double>(), 1e-10);

        var single = NtXentLoss.Of(Embeddings(first).to(ScalarType.Float32), Embeddings(second).to(ScalarType.Float32), temperature);
        Assert.AreEqual(ScalarType.Float32, single.dtype);
        Assert.AreEqual(expected, single.item<float>(), 1e-5 * expected);
    }

    [TestMethod]
    public void Half_precision_is_computed_in_float32()
    {
        using var scope = NewDisposeScope();
        var z = Embeddings(Values(1)).to(ScalarType.BFloat16);
        Assert.AreEqual(ScalarType.Float32, NtXentLoss.Of(z, z, 0.5).dtype);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(10)]
    public void Equal_embeddings_have_the_loss_of_a_guess(int images)
    {
        using var scope = NewDisposeScope();
        var z = ones([images, Length], ScalarType.Float64);
        Assert.AreEqual(Math.Log((2 * images) - 1), NtXentLoss.Of(z, z, 0.5).item<double>(), 1e-12);
    }

    [TestMethod]
    public void The_views_may_change_places()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Embeddings(Values(1)), Embeddings(Values(2)));
        Assert.AreEqual(NtXentLoss.Of(a, b, 0.5).item<double>(), NtXentLoss.Of(b, a, 0.5).item<double>(), 1e-12);
    }

    [TestMethod]
    public void The_gradient_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        const double Step = 1e-6;
        var (first, second) = (Values(1), Values(2));
        var z = Embeddings(first).requires_grad_(true);
        NtXentLoss.Of(z, Embeddings(second), 0.5).backward();
        var gradient = z.grad!.data<double>().ToArray();
        for (var i = 0; i < first.Length; i++)
        {
            var value = first[i];
            first[i] = value + Step;
            var above = Algorithm1(first, second, 0.5);
            first[i] = value - Step;
            var below = Algorithm1(first, second, 0.5);
            first[i] = value;
            Assert.AreEqual((above - below) / (2 * Step), gradient[i], 1e-8, $"component {i}");
        }
    }

    [TestMethod]
    public void A_pair_that_points_apart_is_still_pulled_together()
    {
        using var scope = NewDisposeScope(); // a floor under the similarities, as in the source article, leaves no gradient here
        var first = tensor(new double[,] { { 1, 0.1 }, { 0, 1 } }).requires_grad_(true);
        NtXentLoss.Of(first, tensor(new double[,] { { -1, 0.1 }, { 0, 1 } }), 0.5).backward();
        Assert.IsGreaterThan(1e-3, first.grad![0].norm().item<double>());
    }

    [TestMethod]
    public void One_image_a_temperature_of_zero_and_unlike_shapes_are_refused()
    {
        using var scope = NewDisposeScope();
        var (one, two) = (ones([1, Length]), ones([2, Length]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => NtXentLoss.Of(one, one, 0.5)).Message, "at least 2");
        foreach (var temperature in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NtXentLoss.Of(two, two, temperature)).Message, "greater than 0");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => NtXentLoss.Of(two, ones([3, Length]), 0.5)).Message, "(3, 5)");
    }

    [TestMethod]
    public void Leaves_no_tensor_behind() => TensorLeaks.AssertNone(() =>
    {
        using var z = ones([4, Length]);
        using var loss = NtXentLoss.Of(z, z, 0.5);
    });

    /// <summary>Algorithm 1 of arXiv:2002.05709 in plain doubles.</summary>
    private static double Algorithm1(double[] first, double[] second, double temperature)
    {
        var z = new double[2 * Images][];
        for (var k = 0; k < Images; k++)
        {
            z[2 * k] = first[(k * Length)..((k + 1) * Length)];
            z[(2 * k) + 1] = second[(k * Length)..((k + 1) * Length)];
        }

        var sum = 0.0;
        for (var k = 0; k < Images; k++)
            sum += Loss(2 * k, (2 * k) + 1) + Loss((2 * k) + 1, 2 * k);
        return sum / (2 * Images);

        double Loss(int i, int j)
        {
            var others = Enumerable.Range(0, 2 * Images).Where(other => other != i).Sum(other => Math.Exp(Similarity(i, other) / temperature));
            return -Math.Log(Math.Exp(Similarity(i, j) / temperature) / others);
        }

        double Similarity(int i, int j) => Dot(z[i], z[j]) / Math.Sqrt(Dot(z[i], z[i]) * Dot(z[j], z[j]));

        static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    private static double[] Values(int seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, Images * Length).Select(_ => random.NextGaussian())];
    }

    private static Tensor Embeddings(double[] values) => tensor(values, [Images, Length]);
}
