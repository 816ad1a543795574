using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>Lets libtorch's worker threads sleep instead of spin while they wait for each other.</summary>
/// <remarks>
/// libtorch's OpenMP runtime spins at every barrier. Where other processes want the same processors, a spinning thread
/// keeps the one it waits for from running: a training step measured 4 to 7 times as long beside other work, and no
/// shorter on an idle machine (docs/architecture.md). The runtime reads the policy when it is loaded, so this must come
/// before the first tensor. A policy that the user has set (OMP_WAIT_POLICY, GOMP_SPINCOUNT) is left as it is.
/// </remarks>
internal static partial class ThreadWaiting
{
    public static void Sleep()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null)
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0); // .NET's own setter does not reach the C library
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
