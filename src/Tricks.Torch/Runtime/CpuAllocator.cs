using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>Lets the C library keep the pages that a training step frees, instead of giving them back to the kernel each time.</summary>
/// <remarks>
/// libtorch allocates every activation with malloc. glibc serves large blocks by mmap and unmaps them on free, so each
/// step pays for fresh zeroed pages: a training step measured 1.5 to 3 times as fast without (docs/architecture.md). The
/// setting is process-wide, works on Linux with glibc only, and costs memory that stays with the process after training.
/// Set the environment variable TRICKS_KEEP_PAGES=0 to leave the allocator alone.
/// </remarks>
public static partial class CpuAllocator
{
    private const int MTrimThreshold = -1; // malloc.h
    private const int MTopPad = -2;
    private const int MMmapMax = -4;
    private const int TopPadBytes = 256 << 20;

    private static readonly Lazy<bool> Applied = new(Apply);

    /// <summary>Applies the setting once per process, before the first tensor; later calls do nothing.</summary>
    /// <returns>Whether the allocator keeps its pages: false off Linux glibc or when opted out.</returns>
    public static bool KeepPages() => Applied.Value;

    private static bool Apply()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("TRICKS_KEEP_PAGES") == "0")
            return false;
        try
        {
            return mallopt(MMmapMax, 0) == 1
                && mallopt(MTrimThreshold, int.MaxValue) == 1
                && mallopt(MTopPad, TopPadBytes) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // musl has no mallopt
        }
        catch (DllNotFoundException)
        {
            return false; // no libc of that name: not glibc
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int mallopt(int param, int value);
}
