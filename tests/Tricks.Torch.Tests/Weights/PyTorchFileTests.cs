using System.Text;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Files that PyTorch 2.6 wrote, and pickles made by hand from Python's description of the opcodes.</summary>
[TestClass]
public sealed class PyTorchFileTests
{
    [TestMethod]
    public void Values_of_every_type_stride_and_offset_are_PyTorchs()
    {
        TorchBackend.EnsureLoaded();
        using var content = PyTorchFile.Read(new MemoryStream(WeightsFixture.StateDict));

        Assert.AreEqual(
            "f32 Float32 (2,3), f16 Float16 (5), bf16 BFloat16 (2,2), f64 Float64 (3), i64 Int64 (), i32 Int32 (4), u8 Byte (2), transposed Float32 (3,4), rows Float32 (2,2), empty Float32 (0,3)",
            string.Join(", ", content.Tensors.Select(entry => $"{entry.Name} {entry.Tensor.dtype} ({string.Join(",", entry.Tensor.shape)})")));
        foreach (var (name, tensor) in content.Tensors)
            AssertValues(name, tensor);
    }

    [TestMethod]
    public void A_modules_state_dictionary_loads_into_a_network_of_the_same_names()
    {
        TorchBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var content = PyTorchFile.Read(new MemoryStream(WeightsFixture.Module));
        using var network = nn.Sequential(("conv1", nn.Conv2d(1, 2, 3)), ("bn1", nn.BatchNorm2d(2)), ("fc", nn.Linear(2, 3)));

        StateDict.Load(network, content.Tensors);

        Assert.HasCount(9, content.Tensors);
        foreach (var (name, tensor) in StateDict.Of(network))
            AssertValues(name, tensor);
    }

    [TestMethod]
    public void The_older_form_is_read_too_and_tied_tensors_share_memory()
    {
        TorchBackend.EnsureLoaded();
        using var content = PyTorchFile.Read(new MemoryStream(WeightsFixture.Legacy));

        Assert.AreEqual("f32, i64, tied", string.Join(", ", content.Tensors.Select(entry => entry.Name)));
        foreach (var (name, tensor) in content.Tensors)
            AssertValues(name, tensor);
        content.Tensors[0].Tensor[0, 0].fill_(7);
        Assert.AreEqual(7f, content.Tensors[2].Tensor[0, 0].item<float>());
    }

    [TestMethod]
    public void Reading_leaves_no_tensor_behind() => TensorLeaks.AssertNone(() =>
    {
        PyTorchFile.Read(new MemoryStream(WeightsFixture.StateDict)).Dispose();
        PyTorchFile.Read(new MemoryStream(WeightsFixture.Legacy)).Dispose();
    });

    [TestMethod]
    [DataRow("cos\nsystem\n.", "'os.system'")]
    [DataRow("cbuiltins\neval\n.", "'builtins.eval'")]
    [DataRow("ctorch\nSize\n.", "'torch.Size'")]
    [DataRow("cargparse\nNamespace\n.", "'argparse.Namespace'")]
    [DataRow("i", "opcode 0x69")] // INST
    [DataRow("o", "opcode 0x6f")] // OBJ
    [DataRow("\u0081", "opcode 0x81")] // NEWOBJ
    [DataRow("P", "opcode 0x50")] // PERSID
    [DataRow("0", "opcode 0x30")] // POP
    [DataRow("R", "more values than it has made")]
    [DataRow("t", "a mark that it has not set")]
    [DataRow("h\u0000", "entry 0 of its memo")]
    [DataRow("N.", "no dictionary")]
    [DataRow("}.", "none of them is a tensor")]
    [DataRow("Na", "more values")]
    [DataRow("NNa", "no list")]
    [DataRow("X\u00ff\u00ff\u00ff\u00ffabc", "cut off")]
    [DataRow("\u0080\u0063", "protocol is 99")]
    [DataRow("\u008a\u00ff", "cut off")]
    [DataRow("NQ", "persistent id")]
    [DataRow("ccollections\nOrderedDict\nN\u0085R", "arguments that it does not take")]
    [DataRow("", "cut off")]
    public void Every_other_opcode_and_name_is_refused_by_name(string pickle, string reason)
    {
        var fault = Assert.ThrowsExactly<PyTorchFileException>(() => PyTorchFile.Read(new MemoryStream(PickleFile(pickle))));

        Assert.Contains(reason, fault.Message);
    }

    [TestMethod]
    public void A_pickle_cannot_run_on_without_end()
    {
        var operations = new string('N', PickleReader.MaximumOperations);

        Assert.Contains("operations", Assert.ThrowsExactly<PyTorchFileException>(() => PyTorchFile.Read(new MemoryStream(PickleFile(operations)))).Message);
    }

    [TestMethod]
    [DataRow(0, "2, 3", "3, 1", 6, null)]
    [DataRow(0, "2, 3", "3, 1", 5, "leaves its storage")]
    [DataRow(1, "2, 3", "3, 1", 6, "leaves its storage")]
    [DataRow(0, "1000000", "0", 1, "leaves its storage")] // an expanded tensor: memory that the file has not
    [DataRow(0, "2, 2", "2147483647, 2147483647", 6, "leaves its storage")]
    [DataRow(0, "2147483647, 2147483647", "1, 1", 6, "leaves its storage")]
    [DataRow(0, "0, 2147483647", "1, 1", 6, null)]
    [DataRow(7, "0", "1", 6, "leaves its storage")]
    [DataRow(0, "6", "-1", 6, "whole number")]
    [DataRow(0, "6", "1, 1", 6, "sides")]
    public void Shapes_strides_and_offsets_stay_within_the_storage(int offset, string shape, string strides, int count, string? reason)
    {
        TorchBackend.EnsureLoaded();
        var pickle = $"}}X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpu{Int(count)}tQ"
            + $"{Int(offset)}({Ints(shape)}t({Ints(strides)}t\u0089ccollections\nOrderedDict\n)RtRs.";
        var file = new MemoryStream(PickleFile(pickle, new byte[4 * count]));

        if (reason is null)
            PyTorchFile.Read(file).Dispose();
        else
            Assert.Contains(reason, Assert.ThrowsExactly<PyTorchFileException>(() => PyTorchFile.Read(file)).Message);
    }

    [TestMethod]
    public void A_compressed_entry_is_refused_so_there_is_no_bomb()
    {
        using var file = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("a/data.pkl", System.IO.Compression.CompressionLevel.Optimal).Open();
            entry.Write(new byte[1_000_000]);
        }

        Assert.Contains("compressed", Assert.ThrowsExactly<PyTorchFileException>(() => PyTorchFile.Read(file)).Message);
    }

    [TestMethod]
    public void A_changed_value_is_seen_by_its_checksum()
    {
        var file = WeightsFixture.StateDict;
        var at = file.AsSpan().IndexOf(BitConverter.GetBytes(1.5f)); // in the storage of f32

        file[at] ^= 1;

        Assert.Contains("checksum", Assert.ThrowsExactly<PyTorchFileException>(() => PyTorchFile.Read(new MemoryStream(file))).Message);
    }

    /// <summary>A zip file of PyTorch's form, by .NET's own zip writer.</summary>
    private static byte[] PickleFile(string pickle, byte[]? storage = null)
    {
        using var file = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(file, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "a/data.pkl", Encoding.Latin1.GetBytes(pickle));
            if (storage is not null)
                Add(zip, "a/data/0", storage);
        }

        return file.ToArray();
    }

    private static void Add(System.IO.Compression.ZipArchive zip, string name, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name, System.IO.Compression.CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }

    private static string Ints(string numbers) => string.Concat(numbers.Split(", ").Select(number => Int(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))));

    private static string Int(int number) => "J" + Encoding.Latin1.GetString(BitConverter.GetBytes(number));

    /// <summary>The formula of make_pth.py.</summary>
    private static void AssertValues(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var actual = tensor.numel() == 0 ? [] : tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var expected = Enumerable.Range(0, actual.Length).Select(i => name == "u8" ? i : tensor.is_floating_point() ? (0.5 * i) - 1 : i - 1.0);
        CollectionAssert.AreEqual(expected.ToArray(), actual, name);
    }
}
