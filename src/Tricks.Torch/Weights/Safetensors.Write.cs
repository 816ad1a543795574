using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

public static partial class Safetensors
{
    /// <summary>Writes tensors and metadata.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="tensors">
    /// In the order in which the header lists them. Values are written row by row of the logical shape, whatever the order
    /// in memory or the device.
    /// </param>
    /// <param name="metadata">Strings for <c>__metadata__</c>; null for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>, or a limit is exceeded.</exception>
    /// <exception cref="NotSupportedException">A tensor's type is not among the format's.</exception>
    public static void Write(Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var ordered = tensors.ToList();
        CheckNames(ordered);
        var layout = Layout(ordered);
        var header = Header(ordered.Select(item => layout[item.Name]), metadata);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var item in ordered.OrderBy(item => layout[item.Name].Begin))
            WriteValues(stream, item.Tensor);
    }

    private static void CheckNames(List<NamedTensor> tensors)
    {
        HashSet<string> names = [SafetensorsHeader.MetadataName];
        foreach (var (name, _) in tensors)
        {
            if (!names.Add(name))
                throw new ArgumentException($"The name '{name}' occurs twice, or is {SafetensorsHeader.MetadataName}.", nameof(tensors));
        }
    }

    /// <summary>Wide types first, as the reference implementation does, so that every value is aligned to its size.</summary>
    private static Dictionary<string, SafetensorsEntry> Layout(List<NamedTensor> tensors)
    {
        Dictionary<string, SafetensorsEntry> layout = [];
        var end = 0L;
        var typed = tensors.Select(item => (item.Name, Type: SafetensorsType.Of(item.Tensor.dtype), Shape: item.Tensor.shape));
        foreach (var (name, type, shape) in typed.OrderByDescending(item => item.Type.Bytes))
        {
            var bytes = shape.Aggregate((long)type.Bytes, (product, side) => product * side);
            if (bytes > MaximumTensorBytes)
                throw new ArgumentException($"'{name}' has {bytes} bytes; at most {MaximumTensorBytes} can be written.", nameof(tensors));
            layout.Add(name, new SafetensorsEntry(name, type, shape, end, end += bytes));
        }

        return layout;
    }

    private static byte[] Header(IEnumerable<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            foreach (var entry in entries)
                WriteEntry(json, entry);
            json.WriteEndObject();
        }

        var padded = new byte[(buffer.WrittenCount + LengthBytes - 1) / LengthBytes * LengthBytes]; // the values begin aligned
        padded.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded.Length <= MaximumHeaderBytes
            ? padded
            : throw new ArgumentException($"The header has {padded.Length} bytes; at most {MaximumHeaderBytes} can be written.");
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach (var (name, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) // equal content, equal bytes
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.Name);
        WriteNumbers(json, "shape", entry.Shape);
        WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteValues(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (tensor.numel() > 0)
            stream.Write(tensor.detach().cpu().contiguous().bytes);
    }
}
