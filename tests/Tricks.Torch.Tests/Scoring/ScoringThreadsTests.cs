using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Scoring;

[TestClass]
public class ScoringThreadsTests
{
    [TestMethod]
    public void Each_has_one_libtorch_thread_also_after_an_operator_and_the_caller_keeps_its_own()
    {
        TorchBackend.EnsureLoaded();
        var before = get_num_threads();
        try
        {
            set_num_threads(3); // so that the test can fail on a machine with one processor too
            var counts = new int[8];
            ScoringThreads.Run(counts.Length, part =>
            {
                using var scope = NewDisposeScope();
                _ = randn(64, 64, 64).relu();
                counts[part] = get_num_threads();
            });
            CollectionAssert.AreEqual(Enumerable.Repeat(1, counts.Length).ToArray(), counts);
            Assert.AreEqual(3, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
