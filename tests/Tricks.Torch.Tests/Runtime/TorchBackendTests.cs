using System.Runtime.InteropServices;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Tests.Runtime;

[TestClass]
public class TorchBackendTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-backend-").FullName;

    [TestCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Without_the_package_the_error_names_the_package_to_add()
    {
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], _folder));
        StringAssert.Contains(error.Cause, "libtorch is not among the app's files");
        StringAssert.Contains(error.Remedy, "TorchSharp-cpu");
    }

    [TestMethod]
    [DataRow("LINUX", Architecture.X64, false, "linux-x64", null)]
    [DataRow("WINDOWS", Architecture.X64, false, "win-x64", null)]
    [DataRow("OSX", Architecture.Arm64, false, "osx-arm64", null)]
    [DataRow("LINUX", Architecture.Arm64, false, "linux-arm64", "x64 machine")]
    [DataRow("LINUX", Architecture.X64, true, "linux-musl-x64", "glibc Linux")]
    [DataRow("LINUX", Architecture.Arm64, true, "linux-musl-arm64", "x64 machine")]
    [DataRow("OSX", Architecture.X64, false, "osx-x64", "Apple silicon")]
    [DataRow("WINDOWS", Architecture.Arm64, false, "win-arm64", "x64 .NET")]
    [DataRow("FREEBSD", Architecture.X64, false, "freebsd-x64", "glibc Linux")]
    public void Platforms_without_libtorch_are_refused_by_name(string system, Architecture architecture, bool musl, string name, string? remedy)
    {
        Assert.AreEqual(name, NativePlatform.Name(OSPlatform.Create(system), architecture, musl));
        var refusal = NativePlatform.Refusal(OSPlatform.Create(system), architecture, musl);
        Assert.AreEqual(remedy is null, refusal is null);
        if (refusal is null)
            return;
        StringAssert.Contains(refusal.Cause, $"does not exist for this platform, {name};");
        StringAssert.Contains(refusal.Remedy, remedy!);
    }

    [TestMethod]
    public void This_process_runs_on_a_platform_that_libtorch_exists_for()
    {
        Assert.IsNull(NativePlatform.Refusal());
        if (OperatingSystem.IsLinux())
            Assert.AreEqual("linux-x64", NativePlatform.Name());
    }

    [TestMethod]
    public void Files_for_another_platform_are_named_by_it()
    {
        var native = Directory.CreateDirectory(Path.Combine(_folder, "runtimes", "plan9-x64", "native"));
        File.WriteAllText(Path.Combine(native.FullName, "libtorch_cpu.dylib"), "");
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], _folder));
        StringAssert.Contains(error.Cause, "for another platform only (plan9-x64)");
        StringAssert.Contains(error.Remedy, $"--runtime {NativePlatform.Name()}");
    }

    [TestMethod]
    public void A_broken_library_is_reported_in_the_loaders_words()
    {
        WriteElf("torch_cpu", ThisMachine());
        var file = NativeLibraryFile.Find([_folder], "torch_cpu")!;
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.RefuseUnloadable(file));
        StringAssert.StartsWith(error.Cause, $"{file} is there but cannot be loaded: ");
        StringAssert.EndsWith(error.Cause, error.InnerException!.Message.Trim());
    }

    [TestMethod]
    public void A_library_for_another_processor_is_named_with_both_architectures()
    {
        WriteElf("torch_cpu", machine: 62);
        WriteElf("LibTorchSharp", machine: 183);
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            WriteElf("torch_cpu", machine: 183);
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], _folder));
        StringAssert.Contains(error.Cause, "Arm64");
        StringAssert.Contains(error.Cause, "X64");
    }

    [TestMethod]
    public void A_cpp_library_without_the_new_symbol_is_called_too_old()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("libstdc++ is a matter of Linux.");
        WriteElf("torch_cpu", ThisMachine());
        WriteElf("LibTorchSharp", ThisMachine());
        // libm is a real library that lacks the symbol, as an old libstdc++ does.
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], _folder, "libm.so.6"));
        StringAssert.Contains(error.Cause, "older than GCC 13.2");
        StringAssert.Contains(error.Remedy, "eng/setup.sh");
        var missing = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], _folder, "libnowhere.so.6"));
        StringAssert.Contains(missing.Cause, "not installed");
    }

    [TestMethod]
    public void A_gpu_that_is_not_there_is_refused_or_replaced_as_the_option_says()
    {
        const int Absent = 99;
        var error = Assert.ThrowsExactly<TorchBackendException>(() => Devices.Choose(Absent, fallbackToCpu: false));
        StringAssert.Contains(error.Message, "GpuDeviceId is 99");
        Assert.AreEqual(TorchSharp.DeviceType.CPU, Devices.Choose(Absent, fallbackToCpu: true).type);
        Assert.AreEqual(TorchSharp.DeviceType.CPU, Devices.Choose(null, fallbackToCpu: false).type);
    }

    private static ushort ThisMachine() =>
        (ushort)(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62);

    private void WriteElf(string library, ushort machine)
    {
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        BitConverter.TryWriteBytes(header.AsSpan(18), machine);
        File.WriteAllBytes(Path.Combine(_folder, NativeLibraryFile.FileName(library)), header);
    }
}
