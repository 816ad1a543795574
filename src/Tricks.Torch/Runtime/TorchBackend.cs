using System.Runtime.InteropServices;
using TorchSharp;

namespace Tricks.Torch.Runtime;

/// <summary>Loads TorchSharp's native libraries, and says truly why when that fails.</summary>
/// <remarks>
/// TorchSharp 0.107 answers every failure with "doesn't contain a reference to libtorch-cpu-...", also when the package
/// is there and libstdc++ is too old. We look first: platform, package, architecture, libstdc++, then the loader's own words.
/// </remarks>
public static class TorchBackend
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Makes sure that tensors can be used; call it before the first one. Later calls cost nothing.</summary>
    /// <exception cref="TorchBackendException">libtorch does not exist for the platform, or a library is missing, broken, too old, or of another processor architecture.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static bool Load()
    {
        if (NativePlatform.Refusal() is { } refusal)
            throw refusal;
        // Before the first native library: the OpenMP runtime that libtorch brings reads its settings when it is loaded.
        CpuAllocator.KeepPages();
        ThreadSpinning.Bound();
        var (torchCpu, bridge) = Examine(SearchFolders(), AppContext.BaseDirectory);
        RefuseUnloadable(torchCpu, bridge);
        try
        {
            return torch.TryInitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) // of any type: TorchSharp has several for the same failure
        {
            throw new TorchBackendException(
                $"TorchSharp could not initialise its native libraries: {e.GetBaseException().Message}",
                "make the app reference exactly one of the packages TorchSharp-cpu, TorchSharp-cuda-linux, TorchSharp-cuda-windows, in the version of TorchSharp.",
                e);
        }
    }

    /// <summary>The checks, in the order in which a failure hides the next.</summary>
    /// <returns>The files of libtorch and of TorchSharp's own native library.</returns>
    internal static (string TorchCpu, string Bridge) Examine(
        IReadOnlyList<string> folders, string appFolder, string libstdcxx = NativeLibraryFile.Libstdcxx)
    {
        var torchCpu = NativeLibraryFile.Find(folders, "torch_cpu") ?? throw WithoutTorch(folders, appFolder);
        var bridge = NativeLibraryFile.Find(folders, "LibTorchSharp") ?? throw new TorchBackendException(
            $"TorchSharp's own native library is not among the app's files ({NativeLibraryFile.FileName("LibTorchSharp")} is in none of: {string.Join(", ", folders)}).",
            "publish or copy the app with its runtimes folder, for one of the platforms linux-x64, win-x64, osx-arm64.");
        foreach (var file in new[] { torchCpu, bridge })
            RefuseOtherArchitecture(file);
        if (OperatingSystem.IsLinux())
            RefuseOldLibstdcxx(libstdcxx);
        return (torchCpu, bridge);
    }

    /// <summary>Loads the files, in the order in which they need each other; the loader's words name what is missing or broken.</summary>
    /// <remarks>Otherwise TorchSharp would look for other copies in the package cache, copy them beside the app, or blame the packages.</remarks>
    internal static void RefuseUnloadable(params IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                _ = NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new TorchBackendException(
                    $"{file} is there but cannot be loaded: {e.Message.Trim()}",
                    "build or publish the app anew into an empty folder; if the message names a library of the system, install that.",
                    e);
            }
        }
    }

    private static TorchBackendException WithoutTorch(IReadOnlyList<string> folders, string appFolder) =>
        NativeLibraryFile.OtherPlatforms(appFolder, "torch_cpu") is { Length: > 0 } others
            ? new TorchBackendException(
                $"libtorch is among the app's files for another platform only ({string.Join(", ", others)}), but this process is {NativePlatform.Name()}.",
                $"build the app on this system, or publish it with --runtime {NativePlatform.Name()}.")
            : new TorchBackendException(
                $"libtorch is not among the app's files ({NativeLibraryFile.FileName("torch_cpu")} is in none of: {string.Join(", ", folders)}).",
                "add <PackageReference Include=\"TorchSharp-cpu\" /> (or TorchSharp-cuda-linux, TorchSharp-cuda-windows) to the app's project; libraries leave that choice to the app.");

    private static void RefuseOtherArchitecture(string file)
    {
        if (NativeLibraryFile.ElfArchitecture(file) is { } found && found != RuntimeInformation.ProcessArchitecture)
        {
            throw new TorchBackendException(
                $"{file} is built for {found}, but this process is {RuntimeInformation.ProcessArchitecture}.",
                $"build the app for {NativePlatform.Name()}, or run it on a machine of {found}; libtorch exists for {NativePlatform.Supported}.");
        }
    }

    private static void RefuseOldLibstdcxx(string libstdcxx)
    {
        if (!NativeLibrary.TryLoad(libstdcxx, out var handle))
        {
            throw new TorchBackendException(
                $"{libstdcxx}, the C++ standard library, is not installed; libtorch needs it.",
                "install it (Debian and Ubuntu: apt-get install libstdc++6).");
        }

        if (!NativeLibrary.TryGetExport(handle, NativeLibraryFile.NewestLibstdcxxSymbol, out _))
        {
            throw new TorchBackendException(
                $"{libstdcxx} on this machine is older than GCC 13.2 (GLIBCXX_3.4.32), which TorchSharp 0.107 needs.",
                "use Debian 13, Ubuntu 24.04 or newer, or install libstdc++6 of one of them (eng/setup.sh does it on Debian 12).");
        }
    }

    /// <summary>Where the runtime looks for native libraries: the folders of the app's dependencies, then the app's own.</summary>
    private static string[] SearchFolders()
    {
        var declared = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var native = Path.Combine(AppContext.BaseDirectory, "runtimes", NativePlatform.Name(), "native");
        return [.. declared.Append(AppContext.BaseDirectory).Append(native).Where(Directory.Exists).Distinct()];
    }
}
