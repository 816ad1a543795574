using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Runtime;

/// <summary>The self-test of a precision: the checks here, and the child process for real.</summary>
[TestClass]
public sealed class PrecisionSelfTestTests
{
    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void This_machine_computes_rightly(ScalarType type) => Assert.IsNull(KernelChecks.FirstFault(type));

    [TestMethod]
    public void Float32_needs_no_test() => PrecisionSelfTest.Ensure(Precision.Float32, CPU);

    [TestMethod]
    public void The_child_process_runs_the_checks_and_nothing_of_the_app()
    {
        Assert.AreEqual("passed", PrecisionSelfTest.Outcome(Precision.BFloat16));
        Assert.StartsWith("Float16 is not computed in", PrecisionSelfTest.Outcome(Precision.Float16));
    }
}
