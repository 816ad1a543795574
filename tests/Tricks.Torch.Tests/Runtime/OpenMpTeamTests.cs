using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Tests.Runtime;

[TestClass]
public sealed class OpenMpTeamTests
{
    [TestInitialize]
    public void Load() => TorchBackend.EnsureLoaded();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void On_Linux_libtorch_brings_its_threads() => Assert.IsTrue(OpenMpTeam.IsAvailable);

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Every_member_is_called_once_and_on_a_thread_of_its_own()
    {
        var threads = new int[3];
        OpenMpTeam.Run(3, (member, members) =>
        {
            Assert.AreEqual(3, members);
            Interlocked.Add(ref threads[member], Environment.CurrentManagedThreadId);
        });
        Assert.HasCount(3, threads.Distinct().Where(thread => thread != 0));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void An_exception_of_a_member_reaches_the_caller_after_all_members_ended()
    {
        var ended = 0;
        var thrown = Assert.ThrowsExactly<InvalidDataException>(() => OpenMpTeam.Run(3, (member, _) =>
        {
            Interlocked.Increment(ref ended);
            if (member == 2)
                throw new InvalidDataException("of member 2");
        }));
        Assert.AreEqual("of member 2", thrown.Message);
        Assert.AreEqual(3, ended);
    }

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
