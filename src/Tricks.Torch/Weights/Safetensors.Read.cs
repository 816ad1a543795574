using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

public static partial class Safetensors
{
    /// <summary>Reads a whole file from memory.</summary>
    /// <returns>The tensors, owned by the caller through the returned object.</returns>
    /// <exception cref="SafetensorsException">The bytes are malformed or cut off; no tensor is left behind.</exception>
    public static unsafe SafetensorsContent Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < LengthBytes)
            throw new SafetensorsException($"The file is cut off: it has {file.Length} bytes.");
        fixed (byte* start = file)
        {
            using var stream = new UnmanagedMemoryStream(start, file.Length);
            return Read(stream);
        }
    }

    /// <summary>Reads the rest of a stream, which must be one whole file; the stream stays open.</summary>
    /// <param name="stream">One that cannot seek is read into memory first, as far as its header says.</param>
    /// <returns>The tensors, owned by the caller through the returned object.</returns>
    /// <exception cref="SafetensorsException">The bytes are malformed or cut off; no tensor is left behind.</exception>
    public static SafetensorsContent Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var header = SafetensorsHeader.Parse(ReadBytes(stream, HeaderLength(stream)));
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream(ReadBytes(stream, header.DataLength));
            if (stream.ReadByte() >= 0)
                throw new SafetensorsException("Something follows the last tensor.");
            return ReadTensors(copy, header);
        }

        var available = stream.Length - stream.Position;
        return available == header.DataLength
            ? ReadTensors(stream, header)
            : throw new SafetensorsException($"The header describes {header.DataLength} bytes of data; there are {available}.");
    }

    private static long HeaderLength(Stream stream)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(stream, LengthBytes));
        return length <= MaximumHeaderBytes
            ? (long)length
            : throw new SafetensorsException($"The header has {length} bytes; at most {MaximumHeaderBytes} are read.");
    }

    /// <summary>Exactly so many bytes; memory grows with what arrives, not with what is promised.</summary>
    private static byte[] ReadBytes(Stream stream, long length)
    {
        if (length > Array.MaxLength)
            throw new SafetensorsException($"{length} bytes do not fit into memory at once; read from a file.");
        const int FirstPiece = 1 << 16;
        var bytes = new byte[Math.Min(length, FirstPiece)];
        var read = 0;
        while (read < length)
        {
            if (read == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
            var count = stream.Read(bytes, read, bytes.Length - read);
            if (count == 0)
                throw new SafetensorsException($"The file is cut off: {length - read} of {length} bytes are missing.");
            read += count;
        }

        return bytes;
    }

    /// <summary>The stream's length is known to be enough, and is checked all the same.</summary>
    private static SafetensorsContent ReadTensors(Stream stream, SafetensorsHeader header)
    {
        Dictionary<string, Tensor> tensors = [];
        using var scope = NewDisposeScope();                    // disposes what was read when a later tensor fails
        try
        {
            foreach (var entry in header.Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
                tensors.Add(entry.Name, ReadTensor(stream, entry));
        }
        catch (EndOfStreamException fault)
        {
            throw new SafetensorsException("The file is cut off.", fault);
        }

        var ordered = header.Entries.Select(entry => new NamedTensor(entry.Name, tensors[entry.Name].DetachFromDisposeScope()));
        return new SafetensorsContent([.. ordered], header.Metadata);
    }

    private static Tensor ReadTensor(Stream stream, SafetensorsEntry entry)
    {
        var tensor = empty(entry.Shape, entry.Type.Scalar);
        if (entry.Length > 0)
            stream.ReadExactly(tensor.bytes);
        return tensor;
    }
}
