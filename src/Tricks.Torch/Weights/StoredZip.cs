using System.Buffers.Binary;
using System.Text;

namespace Tricks.Torch.Weights;

/// <summary>A zip file whose entries are stored and not compressed, as PyTorch writes them.</summary>
/// <remarks>
/// Reading is strict. A compressed entry is refused, entries lie one behind the other, and each has the length and the
/// checksum that the directory says: nothing read is larger than the file.
/// </remarks>
internal sealed class StoredZip
{
    private const uint LocalSignature = 0x04034b50, CentralSignature = 0x02014b50, EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50, End64Signature = 0x06064b50;
    private const int LocalBytes = 30, CentralBytes = 46, EndBytes = 22, LocatorBytes = 20, End64Bytes = 56;
    private const int MaximumEntries = 200_000, MaximumDirectoryBytes = 1 << 26;

    private readonly Stream _stream;
    private readonly Dictionary<string, Entry> _entries = [];

    private StoredZip(Stream stream) => _stream = stream;

    /// <summary>Names of the entries.</summary>
    internal IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">Can seek; stays open.</param>
    /// <exception cref="PyTorchFileException">Any fault.</exception>
    internal static StoredZip Open(Stream stream)
    {
        var zip = new StoredZip(stream);
        zip.ReadDirectory();
        return zip;
    }

    /// <summary>The length of an entry; null where there is none of this name.</summary>
    internal long? Length(string name) => _entries.TryGetValue(name, out var entry) ? entry.Length : null;

    /// <summary>Reads an entry.</summary>
    /// <param name="name">One that is there.</param>
    /// <param name="target">As long as the entry.</param>
    /// <exception cref="PyTorchFileException">The checksum differs.</exception>
    internal void Read(string name, Span<byte> target)
    {
        var entry = _entries[name];
        ReadAt(entry.Start, target);
        if (Crc32.Of(target) != entry.Checksum)
            throw new PyTorchFileException($"The entry '{name}' is damaged: its checksum differs.");
    }

    private void ReadDirectory()
    {
        var (start, length, count) = FindDirectory();
        if (length > MaximumDirectoryBytes || count > MaximumEntries)
            throw new PyTorchFileException($"The zip directory has {count} entries in {length} bytes; at most {MaximumEntries} in {MaximumDirectoryBytes} are read.");
        var directory = Bytes(start, (int)length).AsSpan();
        for (var i = 0L; i < count; i++)
            directory = directory[ReadEntry(directory)..];
        if (!directory.IsEmpty)
            throw new PyTorchFileException("The zip directory is longer than its entries.");
        CheckLayout(start);
    }

    private (long Start, long Length, long Count) FindDirectory()
    {
        var endAt = _stream.Length - EndBytes;
        var end = Bytes(endAt, EndBytes).AsSpan();
        if (U32(end, 0) != EndSignature)
            throw new PyTorchFileException("The zip directory is missing: the file is cut off, or something follows it.");
        var (count, length, start) = ((long)U16(end, 10), (long)U32(end, 12), (long)U32(end, 16));
        var limit = endAt;
        if (endAt >= LocatorBytes && Bytes(endAt - LocatorBytes, LocatorBytes) is var locator && U32(locator, 0) == LocatorSignature)
        {
            limit = I64(locator, 8);
            var end64 = Bytes(limit, End64Bytes).AsSpan();
            if (U32(end64, 0) != End64Signature)
                throw new PyTorchFileException("The zip64 directory is missing.");
            (count, length, start) = (I64(end64, 32), I64(end64, 40), I64(end64, 48));
        }

        return start + length == limit && count >= 0
            ? (start, length, count)
            : throw new PyTorchFileException($"The zip directory of {length} bytes at {start} does not end at {limit}.");
    }

    /// <summary>Reads the first entry of the rest of the directory, and gives its length there.</summary>
    private int ReadEntry(ReadOnlySpan<byte> directory)
    {
        if (directory.Length < CentralBytes || U32(directory, 0) != CentralSignature)
            throw new PyTorchFileException("The zip directory is damaged.");
        var (flags, method, checksum) = (U16(directory, 8), U16(directory, 10), U32(directory, 16));
        var (nameLength, extraLength, commentLength) = (U16(directory, 28), U16(directory, 30), U16(directory, 32));
        var total = CentralBytes + nameLength + extraLength + commentLength;
        if (directory.Length < total)
            throw new PyTorchFileException("The zip directory is damaged.");
        var name = Encoding.UTF8.GetString(directory.Slice(CentralBytes, nameLength));
        var sizes = new Zip64Sizes(U32(directory, 20), U32(directory, 24), U32(directory, 42), directory.Slice(CentralBytes + nameLength, extraLength));
        if (method != 0 || (flags & 1) != 0 || sizes.Stored != sizes.Length)
            throw new PyTorchFileException($"The entry '{name}' is compressed or encrypted; PyTorch's are neither.");
        if (!_entries.TryAdd(name, new Entry(sizes.Offset, DataStart(sizes.Offset, nameLength), sizes.Length, checksum)))
            throw new PyTorchFileException($"The entry '{name}' is in the zip directory twice.");
        return total;
    }

    private long DataStart(long offset, int nameLength)
    {
        var local = Bytes(offset, LocalBytes).AsSpan();
        if (U32(local, 0) != LocalSignature || U16(local, 26) != nameLength)
            throw new PyTorchFileException($"There is no zip entry at byte {offset}.");
        return offset + LocalBytes + nameLength + U16(local, 28);
    }

    /// <summary>Entries that overlap would be read several times: a small file could take much memory.</summary>
    private void CheckLayout(long directoryStart)
    {
        var covered = 0L;
        foreach (var (name, entry) in _entries.OrderBy(pair => pair.Value.Offset))
        {
            if (entry.Offset < covered || entry.Length > directoryStart - entry.Start)
                throw new PyTorchFileException($"The entry '{name}' overlaps another, or the zip directory.");
            covered = entry.Start + entry.Length;
        }
    }

    private byte[] Bytes(long offset, int count)
    {
        if (offset < 0 || offset > _stream.Length - count)
            throw new PyTorchFileException($"The file is cut off: bytes {offset} to {offset + count} are wanted, and it has {_stream.Length}.");
        var bytes = new byte[count];
        ReadAt(offset, bytes);
        return bytes;
    }

    private void ReadAt(long offset, Span<byte> target)
    {
        _stream.Position = offset;
        try
        {
            _stream.ReadExactly(target);
        }
        catch (EndOfStreamException fault)
        {
            throw new PyTorchFileException("The file is cut off.", fault);
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    /// <summary>A length or an offset; what does not fit into 63 bits fits into no file either.</summary>
    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is >= 0 and <= 1L << 60 and var value
        ? value
        : throw new PyTorchFileException("A length in the zip directory is beyond any file.");

    private readonly record struct Entry(long Offset, long Start, long Length, uint Checksum);

    /// <summary>Lengths and offset of an entry: 32 bits each, or, where those are all ones, the next 64 bits of the extra field 1.</summary>
    private readonly struct Zip64Sizes
    {
        internal Zip64Sizes(uint stored, uint length, uint offset, ReadOnlySpan<byte> extra)
        {
            var wide = Wide(extra);
            Length = Next(length, ref wide);
            Stored = Next(stored, ref wide);
            Offset = Next(offset, ref wide);
        }

        internal long Length { get; }

        internal long Stored { get; }

        internal long Offset { get; }

        private static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
        {
            while (extra.Length >= 4)
            {
                var length = Math.Min(U16(extra, 2), extra.Length - 4);
                if (U16(extra, 0) == 1)
                    return extra.Slice(4, length);
                extra = extra[(4 + length)..];
            }

            return [];
        }

        private static long Next(uint narrow, ref ReadOnlySpan<byte> wide)
        {
            if (narrow != uint.MaxValue)
                return narrow;
            if (wide.Length < sizeof(long))
                throw new PyTorchFileException("A zip64 entry lacks its lengths.");
            var value = I64(wide, 0);
            wide = wide[sizeof(long)..];
            return value;
        }
    }
}
