using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public class BatchPlanTests
{
    [TestMethod]
    [DataRow(5400, 128)]
    [DataRow(129, 128)]
    [DataRow(7, 7)]
    [DataRow(1001, 10)]
    public void Every_row_stands_in_one_batch_and_the_sizes_differ_by_at_most_one(int rows, int batchSize)
    {
        var plan = BatchPlan.Shuffled(rows, batchSize, seed: 1, epoch: 2);
        CollectionAssert.AreEqual(Enumerable.Range(0, rows).ToArray(), plan.SelectMany(b => b).Order().ToArray());
        Assert.IsLessThanOrEqualTo(batchSize, plan.Max(b => b.Length));
        Assert.IsLessThanOrEqualTo(1, plan.Max(b => b.Length) - plan.Min(b => b.Length));
        Assert.HasCount(BatchPlan.StepsPerEpoch(rows, batchSize), plan);
    }

    [TestMethod]
    public void Each_epoch_has_its_own_order()
    {
        var first = BatchPlan.Shuffled(100, 10, seed: 1, epoch: 0).SelectMany(b => b).ToArray();
        CollectionAssert.AreEqual(first, BatchPlan.Shuffled(100, 10, 1, 0).SelectMany(b => b).ToArray());
        CollectionAssert.AreNotEqual(first, BatchPlan.Shuffled(100, 10, 1, 1).SelectMany(b => b).ToArray());
        CollectionAssert.AreNotEqual(first, Enumerable.Range(0, 100).ToArray());
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    [DataRow(1.0)]
    public void Balanced_classes_come_as_often_as_their_shares(double balance)
    {
        int[] labels = [.. Enumerable.Repeat(0, 80), .. Enumerable.Repeat(1, 16), .. Enumerable.Repeat(2, 4)];
        var rows = BatchPlan.Balanced(labels, 32, seed: 1, epoch: 0, balance).SelectMany(b => b).ToArray();
        Assert.HasCount(100, rows);
        double[] shares = [Math.Pow(80, 1 - balance), Math.Pow(16, 1 - balance), Math.Pow(4, 1 - balance)];
        for (var c = 0; c < 3; c++)
            Assert.AreEqual(100 * shares[c] / shares.Sum(), rows.Count(row => labels[row] == c), 1, $"class {c}");
        foreach (var group in rows.GroupBy(row => labels[row]))
        {
            var times = group.GroupBy(row => row).Select(g => g.Count()).ToList();
            Assert.IsLessThanOrEqualTo(1, times.Max() - (times.Count < labels.Count(l => l == group.Key) ? 0 : times.Min()));
        }
    }

    [TestMethod]
    public void Without_balance_the_plan_is_the_shuffled_one_and_with_it_each_epoch_draws_anew()
    {
        int[] labels = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 4)];
        int[] Plan(double balance, int epoch) => [.. BatchPlan.Balanced(labels, 8, 1, epoch, balance).SelectMany(b => b)];
        CollectionAssert.AreEqual(BatchPlan.Shuffled(24, 8, 1, 3).SelectMany(b => b).ToArray(), Plan(0, 3));
        CollectionAssert.AreEqual(Plan(1, 3), Plan(1, 3));
        CollectionAssert.AreNotEqual(Plan(1, 3).Order().ToArray(), Plan(1, 4).Order().ToArray());
    }
}
