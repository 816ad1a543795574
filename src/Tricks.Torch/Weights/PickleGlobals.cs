namespace Tricks.Torch.Weights;

/// <summary>The names that a state dictionary needs, and what calling them means here. Nothing else can be named or called.</summary>
internal static class PickleGlobals
{
    private const string OrderedDictionary = "collections.OrderedDict";
    private const string Tensor = "torch._utils._rebuild_tensor_v2";
    private const string OldTensor = "torch._utils._rebuild_tensor";
    private const string Parameter = "torch._utils._rebuild_parameter";

    private const int MaximumRank = 16;

    /// <exception cref="PyTorchFileException">The name is none of those known.</exception>
    internal static PickleGlobal Find(string module, string name)
    {
        var full = $"{module}.{name}";
        if (full is OrderedDictionary or Tensor or OldTensor or Parameter || TorchStorageType.Find(full) is not null)
            return new PickleGlobal(full);
        throw new PyTorchFileException(
            $"The file names '{full}', which is refused: only tensors, dictionaries, lists, numbers and strings are read. "
            + "Save a state dictionary, torch.save(model.state_dict(), path), and no whole model or options.");
    }

    /// <exception cref="PyTorchFileException">The name cannot be called, or not with these arguments.</exception>
    internal static object Call(object? callable, object? arguments) => (callable, arguments) switch
    {
        (PickleGlobal { Name: OrderedDictionary }, object?[] { Length: 0 }) => new PickleDictionary(),
        (PickleGlobal { Name: OrderedDictionary }, object?[] and [List<object?> pairs]) => Dictionary(pairs),
        (PickleGlobal { Name: Tensor }, object?[] and [PickleStorage storage, long offset, object?[] shape, object?[] strides, bool, PickleDictionary hooks, ..])
            when hooks.Items.Count == 0 => View(storage, offset, shape, strides),
        (PickleGlobal { Name: OldTensor }, object?[] and [PickleStorage storage, long offset, object?[] shape, object?[] strides]) =>
            View(storage, offset, shape, strides),
        (PickleGlobal { Name: Parameter }, object?[] and [PickleTensor tensor, bool, PickleDictionary hooks]) when hooks.Items.Count == 0 => tensor,
        (PickleGlobal global, _) => throw new PyTorchFileException($"'{global.Name}' is called with arguments that it does not take."),
        _ => throw new PyTorchFileException("Something is called that is no function."),
    };

    private static PickleDictionary Dictionary(List<object?> pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (var pair in pairs)
        {
            if (pair is List<object?> and [{ } key, var value])
                dictionary.Items.Add(new(key, value));
            else
                throw new PyTorchFileException("An OrderedDict is made of something that is no pair.");
        }

        return dictionary;
    }

    /// <summary>A tensor stays within its storage, and is not larger: an expanded one would take memory that the file has not.</summary>
    private static PickleTensor View(PickleStorage storage, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > MaximumRank)
            throw new PyTorchFileException($"A tensor has {shape.Length} sides and {strides.Length} strides; at most {MaximumRank} of each are read.");
        var (sides, steps) = (Numbers(shape), Numbers(strides));
        var (last, count, empty) = ((Int128)offset, (Int128)1, sides.Contains(0));
        for (var i = 0; i < sides.Length; i++)
        {
            count *= Math.Max(sides[i], 1);
            last += (Int128)Math.Max(sides[i] - 1, 0) * steps[i];
            if (count > int.MaxValue || last > long.MaxValue)
                throw Outside();
        }

        if (offset < 0 || (empty ? offset > storage.Count : last >= storage.Count || count > storage.Count))
            throw Outside();
        return new PickleTensor(storage, offset, sides, steps);

        PyTorchFileException Outside() => new(
            $"A tensor of shape ({string.Join(", ", sides)}), strides ({string.Join(", ", steps)}) and offset {offset} leaves its storage '{storage.Key}' of {storage.Count} values.");
    }

    private static long[] Numbers(object?[] values) =>
        [.. values.Select(value => value is long number and >= 0 ? number : throw new PyTorchFileException("A shape or stride is no whole number from 0 on."))];
}
