using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>Bounds how long libtorch's worker threads spin while they wait for each other.</summary>
/// <remarks>
/// libtorch's OpenMP runtime (libgomp) spins for milliseconds at every barrier. Where other work wants the same processors,
/// the prefetch threads of this library included, a spinning thread keeps the one that it waits for from running. With a
/// short spin a training step was faster on an idle machine and much faster on a busy one (docs/architecture.md). The runtime
/// reads the setting when it is loaded, so this must come before the first tensor. What the user has set
/// (GOMP_SPINCOUNT, OMP_WAIT_POLICY) stays.
/// </remarks>
internal static partial class ThreadSpinning
{
    private const string SpinCount = "10000"; // fastest on an idle machine, near passive waiting on a busy one

    public static void Bound()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = setenv("GOMP_SPINCOUNT", SpinCount, overwrite: 0); // .NET's own setter does not reach the C library
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
