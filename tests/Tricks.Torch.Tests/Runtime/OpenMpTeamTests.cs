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
}
