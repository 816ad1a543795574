using Tricks.Torch.Mixing;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Golden;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Mixing;

[TestClass]
public class CutMixTests
{
    [TestMethod]
    public void The_rectangle_comes_from_the_partner_and_targets_mix_by_its_area()
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (Waves.Of([3, 2, 4, 5], 1), eye(3, dtype: ScalarType.Float64));
        int[] partner = [2, 0, 1];
        var mixed = CutMix.Paste(images, targets, left: 1, top: 2, width: 3, height: 2, partner);
        var (x, y) = (images.data<double>().ToArray(), mixed.Images.data<double>().ToArray());
        for (var i = 0; i < x.Length; i++)
        {
            var (n, row, column) = (i / 40, i / 5 % 4, i % 5);
            var from = row >= 2 && column is >= 1 and < 4 ? i + ((partner[n] - n) * 40) : i;
            Assert.AreEqual(x[from], y[i], 0.0);
        }

        var q = mixed.Targets.data<double>().ToArray();
        for (var n = 0; n < 3; n++)
        {
            for (var k = 0; k < 3; k++)
                Assert.AreEqual((k == n ? 14.0 / 20 : 0) + (k == partner[n] ? 6.0 / 20 : 0), q[(n * 3) + k], 1e-12);
        }

        Assert.IsTrue(Waves.Same(images, Waves.Of([3, 2, 4, 5], 1)), "the given batch is not written");
    }

    [TestMethod]
    public void Alpha_0_and_an_empty_rectangle_leave_the_batch_as_it_is()
    {
        using var scope = NewDisposeScope();
        var (images, targets) = (rand([4, 1, 2, 2]), eye(4));
        Assert.AreSame(images, CutMix.Apply(images, targets, 0, new SeededRandom(1)).Images);
        Assert.AreSame(targets, CutMix.Paste(images, targets, 0, 0, 0, 2, [3, 2, 1, 0]).Targets);
    }

    [TestMethod]
    public void The_cut_area_follows_the_Beta_distribution()
    {
        // At alpha 1, lambda is uniform and sqrt(1 - lambda) = r has density 2 r. A side r around a uniform centre keeps
        // r - r^2 / 4 of the length on average, so the mean cut is the integral of 2 r (r - r^2 / 4)^2 over [0, 1].
        static double Kept(double r) => 2 * r * Math.Pow(r - (r * r / 4), 2);
        var expected = Enumerable.Range(0, 10000).Average(i => Kept((i + 0.5) / 10000));
        using var scope = NewDisposeScope();
        var targets = eye(2);
        var cuts = Enumerable.Range(0, 3000).Select(step =>
        {
            using var inner = NewDisposeScope();
            // the partner of a row may be the row itself, so the cut is read from the images
            var marked = cat([zeros(1, 1, 64, 64), ones(1, 1, 64, 64)]);
            var random = SeededRandom.For(1, RandomPurpose.Mixing, step);
            var mixed = CutMix.Apply(marked, targets, 1, random);
            var area = mixed.Images[0].mean().item<float>();
            Assert.AreEqual(area, mixed.Targets[0, 1].item<float>(), 1e-6f); // label share = pixel share
            return area;
        }).ToArray();
        // Half of the permutations of two rows are the identity.
        Assert.AreEqual(expected / 2, cuts.Average(), 0.02);
    }

    [TestMethod]
    public void Where_both_are_on_the_choice_is_drawn_for_every_batch()
    {
        using var scope = NewDisposeScope();
        // Row n is n everywhere: CutMix leaves whole numbers, mixup does not.
        var (images, targets) = (arange(8, ScalarType.Float32).reshape(8, 1, 1, 1).expand(8, 1, 8, 8).contiguous(), eye(8));
        Tensor Mixed(double mixup, double cutMix, int step) =>
            BatchMixing.Apply(images, targets, mixup, cutMix, 0.5, new SeededRandom(1, step)).Images;
        var chosen = Enumerable.Range(0, 400).Count(step =>
        {
            using var inner = NewDisposeScope();
            var mixed = Mixed(1, 1, step);
            return mixed.eq(mixed.round()).all().item<bool>();
        });
        Assert.AreEqual(200, chosen, 50);
        Assert.IsTrue(Waves.Same(Mixup.Apply(images, targets, 0.2, new SeededRandom(1, 3)).Images, Mixed(0.2, 0, 3)));
        Assert.IsTrue(Waves.Same(CutMix.Apply(images, targets, 1, new SeededRandom(1, 3)).Images, Mixed(0, 1, 3)));
        Assert.AreSame(images, Mixed(0, 0, 3));
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    public void An_alpha_outside_its_range_is_refused(double alpha)
    {
        using var images = zeros(2, 1, 2, 2);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CutMix.Apply(images, images, alpha, new SeededRandom(1)));
    }
}
