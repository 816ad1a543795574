using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>Makes a rename last through a power failure: the folder's own entries are written to the disk.</summary>
/// <remarks>.NET cannot open a folder, so on Unix we call fsync through the C library. On Windows NTFS journals renames, and nothing is done.</remarks>
internal static partial class FolderFlush
{
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = open(folder, flags: 0); // O_RDONLY
        if (handle < 0)
            throw new IOException($"The folder '{folder}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            const int InvalidArgument = 22; // EINVAL: this file system cannot flush a folder; Linux and macOS agree on the number
            if (fsync(handle) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw new IOException($"The folder '{folder}' cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = close(handle);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int handle);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
