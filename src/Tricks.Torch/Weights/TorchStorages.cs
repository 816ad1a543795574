using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Fills storages and views them as tensors. Tensors that share a storage share its memory.</summary>
/// <param name="read">Writes a storage's values.</param>
/// <param name="available">How many bytes the file has for a storage, by its key; -1 where it has none.</param>
internal sealed class TorchStorages(TorchStorages.Reader read, Func<string, long> available) : IDisposable
{
    /// <summary>Writes the values of a storage to a span that has their length.</summary>
    internal delegate void Reader(PickleStorage storage, Span<byte> values);

    private const int MaximumEntries = 100_000;

    private readonly Dictionary<string, (PickleStorage Storage, Tensor Values)> _storages = [];

    /// <summary>All entries, or an exception and no tensor.</summary>
    internal PyTorchContent Tensors(IReadOnlyList<KeyValuePair<string, PickleTensor>> entries)
    {
        if (entries.Count > MaximumEntries)
            throw new PyTorchFileException($"The state dictionary has {entries.Count} entries; at most {MaximumEntries} are read.");
        if (entries.GroupBy(entry => entry.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new PyTorchFileException($"'{twice.Key}' occurs twice.");
        using var scope = NewDisposeScope();                    // disposes what was read when a later tensor fails
        var tensors = entries.Select(entry => new NamedTensor(entry.Key, View(entry.Value))).ToList();
        foreach (var (_, tensor) in tensors)
            tensor.DetachFromDisposeScope();
        return new PyTorchContent(tensors);
    }

    private Tensor View(PickleTensor tensor) => tensor.Shape.Contains(0)
        ? empty(tensor.Shape, tensor.Storage.Type.Scalar)
        : Values(tensor.Storage).as_strided(tensor.Shape, tensor.Strides, tensor.Offset);

    private Tensor Values(PickleStorage storage)
    {
        if (_storages.TryGetValue(storage.Key, out var known))
        {
            return known.Storage == storage
                ? known.Values
                : throw new PyTorchFileException($"The storage '{storage.Key}' is described in two ways.");
        }

        var length = (Int128)storage.Count * storage.Type.Bytes;
        if (length > int.MaxValue)
            throw new PyTorchFileException($"The storage '{storage.Key}' has more than {int.MaxValue} bytes.");
        if (length != available(storage.Key))
            throw new PyTorchFileException($"The storage '{storage.Key}' of {storage.Count} values needs {length} bytes; the file has {Math.Max(available(storage.Key), 0)} for it.");
        var values = empty([storage.Count], storage.Type.Scalar);
        read(storage, values.bytes);
        _storages.Add(storage.Key, (storage, values));
        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, values) in _storages.Values)
            values.Dispose();                                   // the views keep the memory
    }
}
