using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Tests.Runtime;

/// <summary>What is read from CPUID, against Linux's own reading of it.</summary>
[TestClass]
public sealed class ProcessorTests
{
    [TestMethod]
    public void It_is_what_Linux_says_it_is()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Inconclusive("/proc/cpuinfo has these lines on x64 Linux only");
        var facts = File.ReadAllText("/proc/cpuinfo");
        Assert.AreEqual(Regex.IsMatch(facts, @"^vendor_id\s*: GenuineIntel$", RegexOptions.Multiline), Processor.IsIntel);
        Assert.AreEqual(Processor.IsIntel || !Regex.IsMatch(facts, @"^flags\s*:.* avx512f\b", RegexOptions.Multiline), Processor.HasFastProducts);
        Assert.AreEqual(Regex.IsMatch(facts, @"^flags\s*:.* amx_bf16\b", RegexOptions.Multiline), Processor.HasTiles);
        Assert.AreEqual(!Regex.IsMatch(facts, @"^flags\s*:.* (avx512_bf16|amx_bf16)\b", RegexOptions.Multiline), Processor.LacksBFloat16);
    }
}
