namespace Tricks.Torch.Weights;

// What a pickle can hold here, besides null, bool, long, BigInteger, double, string, List<object?> (a list) and
// object?[] (a tuple). All of it is plain data.

/// <summary>A dict or an OrderedDict: its pairs in order.</summary>
internal sealed class PickleDictionary
{
    internal List<KeyValuePair<object, object?>> Items { get; } = [];

    /// <summary>The value of the last pair with this key, as in Python; null where there is none.</summary>
    internal object? this[string key] => Items.FindLast(item => item.Key is string name && name == key).Value;
}

/// <summary>A name that a pickle refers to; only names in <see cref="PickleGlobals"/> get this far.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A one-dimensional array that lies elsewhere in the file.</summary>
internal sealed record PickleStorage(TorchStorageType Type, string Key, long Count);

/// <summary>A view of a storage: element (i, j, ...) is at Offset + i * Strides[0] + j * Strides[1] + ...</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
