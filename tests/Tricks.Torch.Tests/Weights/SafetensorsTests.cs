using System.Text;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Weights;

[TestClass]
public sealed class SafetensorsTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_file_made_by_hand_is_read(bool unseekable)
    {
        using var stream = unseekable ? new UnseekableStream(SafetensorsFiles.Small) : new MemoryStream(SafetensorsFiles.Small);
        using var content = Safetensors.Read(stream);

        CollectionAssert.AreEqual((string[])["b", "a"], content.Tensors.Select(item => item.Name).ToArray());
        Assert.AreEqual("hand", content.Metadata["who"]);
        Assert.AreEqual(-2L, content.Tensors[0].Tensor.item<long>());
        CollectionAssert.AreEqual((long[])[2, 2], content.Tensors[1].Tensor.shape);
        CollectionAssert.AreEqual((float[])[0, 1.5f, 3, 4.5f], content.Tensors[1].Tensor.data<float>().ToArray());
    }

    [TestMethod]
    public void What_is_written_is_the_format_byte_for_byte()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        NamedTensor[] tensors = [new("a", tensor((float[])[0, 1.5f, 3, 4.5f], [2, 2])), new("b", tensor(-2L))];

        Safetensors.Write(stream, tensors, new Dictionary<string, string> { ["who"] = "hand" });

        // The header keeps the order given; the values put the wider type first.
        var header = """{"__metadata__":{"who":"hand"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        var expected = SafetensorsFiles.File(padded, SafetensorsFiles.Small[^24..]);
        CollectionAssert.AreEqual(expected, stream.ToArray());
    }

    [TestMethod]
    public void Every_type_comes_back_with_its_bits()
    {
        using var scope = NewDisposeScope();
        ScalarType[] types =
        [
            ScalarType.Int8, ScalarType.Float32, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Float16,
            ScalarType.Byte, ScalarType.Float64, ScalarType.Int16, ScalarType.Int32,
        ];
        var values = tensor((double[])[0, 1, -0.0, 100.3, double.NaN, double.PositiveInfinity], [2, 1, 3]);
        var whole = tensor((long[])[0, 1, 2, 127, 3, 99], [2, 1, 3]);
        NamedTensor[] tensors = [.. types.Select(type => new NamedTensor($"{type}", (type.ToString().Contains("Float", StringComparison.Ordinal) ? values : whole).to(type)))];

        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors);
        using var content = Safetensors.Read(stream.ToArray());

        Assert.HasCount(types.Length, content.Tensors);
        foreach (var (written, read) in tensors.Zip(content.Tensors))
        {
            Assert.AreEqual(written.Name, read.Name);
            Assert.AreEqual(written.Tensor.dtype, read.Tensor.dtype);
            CollectionAssert.AreEqual(written.Tensor.shape, read.Tensor.shape);
            CollectionAssert.AreEqual(written.Tensor.bytes.ToArray(), read.Tensor.bytes.ToArray());
        }
    }

    [TestMethod]
    public void Scalars_empty_tensors_odd_names_and_metadata_come_back()
    {
        using var scope = NewDisposeScope();
        NamedTensor[] tensors = [new("", tensor(3f)), new("Gewicht \"ä\"\n\u0001\U0001F600", zeros(0, 5)), new("x", ones(1, 0, 2)), new("y", tensor((float[])[7]))];
        var metadata = new Dictionary<string, string> { ["z"] = "", ["ä\"\\"] = "Zeile\nzwei" };

        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        using var content = Safetensors.Read(stream.ToArray());

        CollectionAssert.AreEqual(tensors.Select(item => item.Name).ToArray(), content.Tensors.Select(item => item.Name).ToArray());
        foreach (var (written, read) in tensors.Zip(content.Tensors))
            CollectionAssert.AreEqual(written.Tensor.shape, read.Tensor.shape);
        Assert.AreEqual(7f, content.Tensors[3].Tensor.item<float>());
        CollectionAssert.AreEquivalent(metadata, content.Metadata.ToDictionary());
    }

    [TestMethod]
    public void A_file_of_nothing_comes_back()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, []);
        using var content = Safetensors.Read(stream.ToArray());

        Assert.IsEmpty(content.Tensors);
        Assert.IsEmpty(content.Metadata);
    }

    [TestMethod]
    public void Channels_last_weights_and_views_are_written_row_by_row()
    {
        using var scope = NewDisposeScope();
        var rows = arange(2 * 3 * 2 * 2, ScalarType.Float32).reshape(2, 3, 2, 2);
        var halfRows = arange(12, ScalarType.Float32).reshape(3, 4).slice(1, 1, 3, 1);
        using var stream = new MemoryStream();

        Safetensors.Write(stream, [new("c", MemoryFormat.ToChannelsLast(rows)), new("v", halfRows)]);
        using var content = Safetensors.Read(stream.ToArray());

        CollectionAssert.AreEqual(Enumerable.Range(0, 24).Select(i => (float)i).ToArray(), content.Tensors[0].Tensor.data<float>().ToArray());
        CollectionAssert.AreEqual((float[])[1, 2, 5, 6, 9, 10], content.Tensors[1].Tensor.data<float>().ToArray());
    }

    [TestMethod]
    public void A_network_comes_back_with_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var source = MemoryFormat.ToChannelsLast(Architecture.CifarResNet(8, ResNetVariant.D).Build(10));
        using var target = Architecture.CifarResNet(8, ResNetVariant.D).Build(10);
        XavierInitialisation.Apply(source, seed: 5);
        using var stream = new MemoryStream();

        Safetensors.Write(stream, StateDict.Of(source));
        stream.Position = 0;
        using var content = Safetensors.Read(stream);
        StateDict.Load(target, content.Tensors);

        foreach (var (expected, actual) in StateDict.Of(source).Zip(StateDict.Of(target)))
            Assert.IsTrue(expected.Tensor.equal(actual.Tensor).all().item<bool>(), expected.Name);
    }

    [TestMethod]
    public void Equal_content_gives_equal_bytes()
    {
        using var scope = NewDisposeScope();
        NamedTensor[] tensors = [new("a", tensor(1f))];

        CollectionAssert.AreEqual(
            Bytes(tensors, new() { ["x"] = "1", ["y"] = "2" }),
            Bytes(tensors, new() { ["y"] = "2", ["x"] = "1" }));
    }

    [TestMethod]
    public void The_writer_refuses_what_the_reader_would()
    {
        using var scope = NewDisposeScope();
        var one = tensor(1f);

        Assert.Contains("'a' occurs twice", Assert.ThrowsExactly<ArgumentException>(() => Bytes([new("a", one), new("a", one)])).Message);
        Assert.ThrowsExactly<ArgumentException>(() => Bytes([new("__metadata__", one)]));
        Assert.Contains("ComplexFloat32", Assert.ThrowsExactly<NotSupportedException>(() => Bytes([new("a", zeros(1, ScalarType.ComplexFloat32))])).Message);
    }

    [TestMethod]
    public void Reading_and_writing_leave_no_tensor_behind() => TensorLeaks.AssertNone(() =>
    {
        using var content = Safetensors.Read(SafetensorsFiles.Small);
        Bytes([.. content.Tensors]);
    });

    [TestMethod]
    public void The_tensors_read_inside_a_dispose_scope_belong_to_the_content_alone()
    {
        SafetensorsContent content;
        using (NewDisposeScope())
            content = Safetensors.Read(SafetensorsFiles.Small);

        Assert.AreEqual(-2L, content.Tensors[0].Tensor.item<long>());
        content.Dispose();
        Assert.IsTrue(content.Tensors.All(item => item.Tensor.IsInvalid));
    }

    [TestMethod]
    public void A_padded_header_is_read()
    {
        var header = Encoding.UTF8.GetBytes(SafetensorsFiles.SmallHeader + "     ");
        using var content = Safetensors.Read(SafetensorsFiles.File(header, SafetensorsFiles.Small[^24..]));

        Assert.HasCount(2, content.Tensors);
    }

    private static byte[] Bytes(NamedTensor[] tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
