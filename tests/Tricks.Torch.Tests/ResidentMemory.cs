using System.Diagnostics;

namespace Tricks.Torch.Tests;

/// <summary>The resident memory of this process, for the tests of both libraries.</summary>
internal static class ResidentMemory
{
    /// <summary>What is resident once the collector has given back what it holds in reserve: by itself it keeps tens of MB, and more in some runs than in others.</summary>
    public static long Bytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
