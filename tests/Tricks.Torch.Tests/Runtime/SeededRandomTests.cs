using Tricks.Torch.Runtime;

namespace Tricks.Torch.Tests.Runtime;

[TestClass]
public class SeededRandomTests
{
    [TestMethod]
    public void Equal_indices_give_equal_sequences_and_each_index_matters()
    {
        ulong[] Draws(SeededRandom random) => [.. Enumerable.Range(0, 5).Select(_ => random.NextUInt64())];
        var reference = Draws(new SeededRandom(1, 2, 3));
        CollectionAssert.AreEqual(reference, Draws(new SeededRandom(1, 2, 3)));
        CollectionAssert.AreNotEqual(reference, Draws(new SeededRandom(2, 2, 3)));
        CollectionAssert.AreNotEqual(reference, Draws(new SeededRandom(1, 3, 3)));
        CollectionAssert.AreNotEqual(reference, Draws(new SeededRandom(1, 2, 4)));
        CollectionAssert.AreNotEqual(reference, Draws(new SeededRandom(1, 3, 2)));
        CollectionAssert.AreNotEqual(
            Draws(SeededRandom.For(1, RandomPurpose.Order, 2)), Draws(SeededRandom.For(1, RandomPurpose.Mixing, 2)));
    }

    [TestMethod]
    public void First_draws_of_neighbouring_samples_are_uniform_and_independent()
    {
        // The first draw of (seed, epoch, sample) is what every augmentation begins with: neighbours must not be alike.
        const int Count = 20_000;
        var draws = Enumerable.Range(0, Count).Select(i => new SeededRandom(1, 0, i).NextDouble()).ToArray();
        var correlation = draws.Zip(draws.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average() * 12;
        Assert.IsLessThan(4 / Math.Sqrt(Count), Math.Abs(correlation));
        Array.Sort(draws);
        Assert.IsLessThan(1.95 / Math.Sqrt(Count), draws.Select((x, i) => Math.Abs(x - ((i + 0.5) / Count))).Max());
    }

    [TestMethod]
    public void Gaussian_draws_have_mean_0_and_variance_1()
    {
        const int Count = 40_000;
        var random = new SeededRandom(9);
        var draws = Enumerable.Range(0, Count).Select(_ => random.NextGaussian()).ToArray();
        Assert.AreEqual(0, draws.Average(), 4 / Math.Sqrt(Count));
        Assert.AreEqual(1, draws.Average(x => x * x), 4 * Math.Sqrt(2.0 / Count));
        Assert.AreEqual(3, draws.Average(x => x * x * x * x), 0.3); // the fourth moment tells a normal from a uniform
    }

    [TestMethod]
    public void A_permutation_has_every_number_once_and_every_place_equally_often()
    {
        var random = new SeededRandom(4);
        var counts = new int[4];
        for (var i = 0; i < 4000; i++)
        {
            var order = random.NextPermutation(4);
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, order);
            counts[Array.IndexOf(order, 0)]++;
        }

        foreach (var count in counts)
            Assert.AreEqual(1000, count, 4 * Math.Sqrt(750)); // four standard deviations of a binomial
    }
}
