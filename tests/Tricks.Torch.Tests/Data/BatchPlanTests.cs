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
}
