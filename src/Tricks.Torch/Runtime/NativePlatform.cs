using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>The platforms that libtorch's packages exist for.</summary>
internal static class NativePlatform
{
    /// <summary>The platforms in words, for messages.</summary>
    public const string Supported = "linux-x64 (glibc), win-x64 and osx-arm64";

    /// <summary>The platform's name as packages spell it: linux-x64, linux-musl-arm64, osx-arm64, win-x64.</summary>
    public static string Name(OSPlatform system, Architecture architecture, bool musl)
    {
        var name = system == OSPlatform.Windows ? "win" : system == OSPlatform.OSX ? "osx" : musl ? "linux-musl" : system.ToString().ToLowerInvariant();
        return $"{name}-{architecture.ToString().ToLowerInvariant()}";
    }

    /// <summary>Null where libtorch exists for the platform, else the error that names the platform and the remedy.</summary>
    public static TorchBackendException? Refusal(OSPlatform system, Architecture architecture, bool musl)
    {
        var name = Name(system, architecture, musl);
        if (name is "linux-x64" or "win-x64" or "osx-arm64")
            return null;
        var remedy =
            system == OSPlatform.OSX ? "use a Mac with Apple silicon and the arm64 .NET, or an x64 Linux container."
            : system == OSPlatform.Windows ? "use the x64 .NET on 64-bit Windows and build the app for win-x64."
            : architecture != Architecture.X64 ? "run the app on an x64 machine, or in an x64 container (docker run --platform linux/amd64)."
            : "use a glibc Linux such as Debian 13 or Ubuntu 24.04.";
        return new TorchBackendException($"libtorch does not exist for this platform, {name}; its packages are for {Supported} only.", remedy);
    }

    /// <summary>The name of this process's platform.</summary>
    public static string Name() => Name(ThisSystem(), RuntimeInformation.ProcessArchitecture, IsMusl());

    /// <summary>The error for this process's platform, or null.</summary>
    public static TorchBackendException? Refusal() => Refusal(ThisSystem(), RuntimeInformation.ProcessArchitecture, IsMusl());

    private static OSPlatform ThisSystem() =>
        OperatingSystem.IsWindows() ? OSPlatform.Windows
        : OperatingSystem.IsMacOS() ? OSPlatform.OSX
        : OperatingSystem.IsLinux() ? OSPlatform.Linux
        : OSPlatform.Create(Environment.OSVersion.Platform.ToString());

    /// <summary>Whether musl's loader started this process; musl may also lie unused on a glibc system.</summary>
    private static bool IsMusl()
    {
        const string Mappings = "/proc/self/maps";
        return OperatingSystem.IsLinux() && File.Exists(Mappings)
            && File.ReadLines(Mappings).Any(line => line.Contains("/ld-musl-", StringComparison.Ordinal));
    }
}
