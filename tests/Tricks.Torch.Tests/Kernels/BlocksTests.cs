using Tricks.Torch.Kernels;

namespace Tricks.Torch.Tests.Kernels;

[TestClass]
public sealed class BlocksTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(101)]
    public void Every_block_runs_once_and_within_another_block(int count)
    {
        var runs = new int[2, Math.Max(count, 1)];
        Blocks.For(2, outer => Blocks.For(count, block => Interlocked.Increment(ref runs[outer, block])));
        var once = count == 0 ? 0 : 1;
        foreach (var times in runs)
            Assert.AreEqual(once, times);
    }
}
