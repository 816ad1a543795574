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
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder]));
        StringAssert.Contains(error.Cause, "libtorch is not among the app's files");
        StringAssert.Contains(error.Remedy, "TorchSharp-cpu");
    }

    [TestMethod]
    public void A_library_for_another_processor_is_named_with_both_architectures()
    {
        WriteElf("torch_cpu", machine: 62);
        WriteElf("LibTorchSharp", machine: 183);
        if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64)
            WriteElf("torch_cpu", machine: 183);
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder]));
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
        var error = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], "libm.so.6"));
        StringAssert.Contains(error.Cause, "older than GCC 13.2");
        StringAssert.Contains(error.Remedy, "eng/setup.sh");
        var missing = Assert.ThrowsExactly<TorchBackendException>(() => TorchBackend.Examine([_folder], "libnowhere.so.6"));
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
        (ushort)(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 183 : 62);

    private void WriteElf(string library, ushort machine)
    {
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        BitConverter.TryWriteBytes(header.AsSpan(18), machine);
        File.WriteAllBytes(Path.Combine(_folder, NativeLibraryFile.FileName(library)), header);
    }
}
