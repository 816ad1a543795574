using Tricks.Torch.Mixing;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Mixing;

[TestClass]
public class MixupTests
{
    [TestMethod]
    [DataRow(ScalarType.Float64, 1e-10)]
    [DataRow(ScalarType.Float32, 1e-6)]
    public void The_blend_is_the_papers_formula_in_plain_doubles(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var images = rand([3, 1, 2, 2], type, generator: new Generator(1));
        var targets = eye(3, dtype: type);
        int[] partner = [2, 0, 1];
        const double Lambda = 0.3;
        var mixed = Mixup.Blend(images, targets, Lambda, partner);

        double[] Doubles(Tensor values) => values.to(ScalarType.Float64).data<double>().ToArray();
        var (x, q) = (Doubles(images), Doubles(targets));
        var (mx, mq) = (Doubles(mixed.Images), Doubles(mixed.Targets));
        for (var row = 0; row < 3; row++)
        {
            for (var i = 0; i < 4; i++)
                Assert.AreEqual((Lambda * x[(row * 4) + i]) + ((1 - Lambda) * x[(partner[row] * 4) + i]), mx[(row * 4) + i], tolerance);
            for (var k = 0; k < 3; k++)
                Assert.AreEqual((Lambda * q[(row * 3) + k]) + ((1 - Lambda) * q[(partner[row] * 3) + k]), mq[(row * 3) + k], tolerance);
        }
    }

    [TestMethod]
    public void Alpha_0_and_lambda_1_leave_the_batch_as_it_is()
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (rand([4, 1, 2, 2]), eye(4));
        Assert.AreSame(images, Mixup.Apply(images, targets, 0, new SeededRandom(1)).Images);
        Assert.AreSame(targets, Mixup.Blend(images, targets, 1, [3, 2, 1, 0]).Targets);
    }

    [TestMethod]
    public void Every_mixed_target_is_still_a_distribution()
    {
        using var scope = NewDisposeScope();
        var mixed = Mixup.Apply(rand([5, 1, 2, 2]), eye(5), 0.2, new SeededRandom(7, 3));
        Assert.IsLessThan(1e-6f, (mixed.Targets.sum(1) - 1).abs().max().item<float>());
    }

    [TestMethod]
    public void The_same_seed_and_step_mix_alike_and_another_step_otherwise()
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (rand([8, 1, 2, 2]), eye(8));
        Tensor Mixed(int step) => Mixup.Apply(images, targets, 1.0, new SeededRandom(1, step)).Images;
        Assert.IsTrue(Mixed(5).equal(Mixed(5)).all().item<bool>());
        Assert.IsFalse(Mixed(5).equal(Mixed(6)).all().item<bool>());
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(3.0)]
    public void Beta_draws_have_the_moments_of_the_distribution(double alpha)
    {
        const int Count = 40_000;
        var random = new SeededRandom(11);
        var draws = Enumerable.Range(0, Count).Select(_ => BetaDistribution.Draw(alpha, random)).ToArray();
        var mean = draws.Average();
        var variance = draws.Sum(x => (x - mean) * (x - mean)) / (Count - 1);
        var expected = 1 / (4 * ((2 * alpha) + 1));
        Assert.AreEqual(0.5, mean, 4 * Math.Sqrt(expected / Count)); // four standard errors
        Assert.AreEqual(expected, variance, 0.03 * expected);
        Assert.IsTrue(draws.All(x => x is >= 0 and <= 1));
    }

    [TestMethod]
    public void Beta_1_is_uniform()
    {
        var random = new SeededRandom(12);
        var draws = Enumerable.Range(0, 20_000).Select(_ => BetaDistribution.Draw(1, random)).Order().ToArray();
        var largestGap = draws.Select((x, i) => Math.Abs(x - ((i + 0.5) / draws.Length))).Max(); // Kolmogorov and Smirnov
        Assert.IsLessThan(1.95 / Math.Sqrt(draws.Length), largestGap); // p = 0.001
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void An_alpha_outside_its_range_is_refused(double alpha)
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (rand([2, 1, 2, 2]), eye(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Mixup.Apply(images, targets, alpha, new SeededRandom(1)));
    }
}
