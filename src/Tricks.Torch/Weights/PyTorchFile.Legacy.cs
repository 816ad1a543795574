using System.Buffers.Binary;

namespace Tricks.Torch.Weights;

/// <content>The form before PyTorch 1.6: five pickles (magic number, version, machine, values, keys of the storages), then each storage's count and values.</content>
public static partial class PyTorchFile
{
    /// <summary>A pickle of protocol 2 that holds PyTorch's magic number, 0x1950a86a20f9469cfc6c.</summary>
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

    private static bool IsLegacy(ReadOnlySpan<byte> start) => start.StartsWith(LegacyMagic);

    private static PyTorchContent ReadLegacy(Stream stream)
    {
        stream.Position = 0;
        var head = new byte[Math.Min(stream.Length, MaximumPickleBytes)];
        stream.ReadExactly(head);
        var at = LegacyMagic.Length;
        if (Next(head, ref at) is not 1001L)
            throw new PyTorchFileException("The version of the file's older form is not 1001, the only one there is.");
        if (Next(head, ref at) is not PickleDictionary machine || machine["little_endian"] is not true)
            throw new PyTorchFileException("The file's numbers are not little-endian; only such are read.");
        var entries = FindStateDict(Next(head, ref at));
        if (Next(head, ref at) is not List<object?> keys)
            throw new PyTorchFileException("The keys of the storages are no list.");
        var places = Places(stream, at, keys, entries);
        using var storages = new TorchStorages(
            (storage, values) =>
            {
                stream.Position = places[storage.Key].Start;
                stream.ReadExactly(values);
            },
            key => places.TryGetValue(key, out var place) ? place.Length : -1);
        return storages.Tensors(entries);
    }

    private static object? Next(ReadOnlySpan<byte> head, ref int at)
    {
        var reader = new PickleReader(head[at..]);
        var value = reader.Read();
        at += reader.Position;
        return value;
    }

    /// <summary>Where each storage's values are. They must fill the rest of the file.</summary>
    private static Dictionary<string, (long Start, long Length)> Places(
        Stream stream, long at, List<object?> keys, List<KeyValuePair<string, PickleTensor>> entries)
    {
        Dictionary<string, int> valueBytes = [];
        foreach (var (_, tensor) in entries)
            valueBytes[tensor.Storage.Key] = tensor.Storage.Type.Bytes;
        Dictionary<string, (long Start, long Length)> places = [];
        var count = new byte[sizeof(long)];
        foreach (var key in keys)
        {
            if (key is not string name || !valueBytes.TryGetValue(name, out var bytes))
                throw new PyTorchFileException("The file has a storage that no tensor of the state dictionary uses; save the state dictionary alone.");
            if (at > stream.Length - count.Length)
                throw new PyTorchFileException("The file is cut off between two storages.");
            stream.Position = at;
            stream.ReadExactly(count);
            var length = (Int128)BinaryPrimitives.ReadInt64LittleEndian(count) * bytes;
            at += count.Length;
            if (length < 0 || length > stream.Length - at || !places.TryAdd(name, (at, (long)length)))
                throw new PyTorchFileException($"The storage '{name}' is cut off or occurs twice.");
            at += (long)length;
        }

        return at == stream.Length ? places : throw new PyTorchFileException("Something follows the last storage.");
    }
}
