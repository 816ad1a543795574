using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public class StratifiedSplitTests
{
    [TestMethod]
    public void Every_class_gives_the_same_share_and_no_row_is_lost()
    {
        var labels = Enumerable.Range(0, 1000).Select(i => i % 4 == 0 ? 1 : 0).ToArray();
        var (training, validation) = StratifiedSplit.By(labels, 0.1, seed: 3);
        Assert.AreEqual(25, validation.Count(row => labels[row] == 1));
        Assert.AreEqual(75, validation.Count(row => labels[row] == 0));
        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).ToArray(), training.Concat(validation).Order().ToArray());
    }

    [TestMethod]
    public void The_seed_decides_which_rows()
    {
        var labels = new int[200];
        CollectionAssert.AreEqual(StratifiedSplit.By(labels, 0.2, 1).Validation, StratifiedSplit.By(labels, 0.2, 1).Validation);
        CollectionAssert.AreNotEqual(StratifiedSplit.By(labels, 0.2, 1).Validation, StratifiedSplit.By(labels, 0.2, 2).Validation);
    }

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 1)]
    [DataRow(3, 1)]
    public void A_small_class_gives_at_least_one_row_but_never_all(int rows, int heldOut) =>
        Assert.HasCount(heldOut, StratifiedSplit.By(new int[rows], 0.01, 1).Validation);
}
