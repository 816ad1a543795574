using System.Runtime.InteropServices;

namespace Tricks.Torch.Runtime;

/// <summary>What a native library's file tells before it is loaded.</summary>
internal static class NativeLibraryFile
{
    /// <summary>The C++ standard library of Linux systems.</summary>
    public const string Libstdcxx = "libstdc++.so.6";

    /// <summary>The one symbol of GLIBCXX_3.4.32 that libLibTorchSharp.so 0.107 imports.</summary>
    public const string NewestLibstdcxxSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>The file name of a library on this system: torch_cpu is libtorch_cpu.so, torch_cpu.dll or libtorch_cpu.dylib.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    /// <summary>The first folder's file of that library, or null.</summary>
    public static string? Find(IEnumerable<string> folders, string library) =>
        folders.Select(folder => Path.Combine(folder, FileName(library))).FirstOrDefault(File.Exists);

    /// <summary>The names of the platforms, other than this one, for which runtimes/*/native of the app's folder has that library.</summary>
    public static string[] OtherPlatforms(string appFolder, string library)
    {
        var runtimes = new DirectoryInfo(Path.Combine(appFolder, "runtimes"));
        if (!runtimes.Exists)
            return [];
        string[] names = [$"{library}.dll", $"lib{library}.dylib", $"lib{library}.so"];
        return [.. runtimes.GetDirectories()
            .Where(platform => names.Any(name => File.Exists(Path.Combine(platform.FullName, "native", name))))
            .Select(platform => platform.Name)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The processor architecture that an ELF file was built for; null for other kinds of file.</summary>
    public static Architecture? ElfArchitecture(string file)
    {
        Span<byte> header = stackalloc byte[20];
        using var stream = File.OpenRead(file);
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            return null;
        if (!header.StartsWith("\u007fELF"u8))
            return null;
        return BitConverter.ToUInt16(header[18..]) switch // e_machine, ELF-64 object file format, figure 3
        {
            62 => Architecture.X64,
            183 => Architecture.Arm64,
            3 => Architecture.X86,
            40 => Architecture.Arm,
            _ => null,
        };
    }
}
