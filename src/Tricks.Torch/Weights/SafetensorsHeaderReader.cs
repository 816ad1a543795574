using System.Text.Json;

namespace Tricks.Torch.Weights;

/// <summary>Reads a header token by token: JSON serializers keep the last of two equal keys, and here two are a fault.</summary>
internal ref struct SafetensorsHeaderReader(ReadOnlySpan<byte> json)
{
    private const int MaximumEntries = 100_000;
    private const int MaximumRank = 16;

    private Utf8JsonReader _json = new(json);

    /// <summary>The header, each of its entries consistent in itself.</summary>
    internal SafetensorsHeader Read()
    {
        List<SafetensorsEntry> entries = [];
        Dictionary<string, string>? metadata = null;
        HashSet<string> names = [];
        Next(JsonTokenType.StartObject);
        while (NextName() is { } name)
        {
            if (!names.Add(name))
                throw new SafetensorsException($"'{name}' occurs twice.");
            if (names.Count > MaximumEntries)
                throw new SafetensorsException($"There are more than {MaximumEntries} entries.");
            if (name == SafetensorsHeader.MetadataName)
                metadata = ReadMetadata();
            else
                entries.Add(ReadEntry(name));
        }

        _json.Read();                                           // spaces may follow; anything else throws
        return new SafetensorsHeader(entries, metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        Dictionary<string, string> metadata = [];
        Next(JsonTokenType.StartObject);
        while (NextName() is { } name)
        {
            if (!metadata.TryAdd(name, NextString()))
                throw new SafetensorsException($"'{name}' occurs twice in {SafetensorsHeader.MetadataName}.");
            if (metadata.Count > MaximumEntries)
                throw new SafetensorsException($"There are more than {MaximumEntries} strings in {SafetensorsHeader.MetadataName}.");
        }

        return metadata;
    }

    private SafetensorsEntry ReadEntry(string tensor)
    {
        SafetensorsType? type = null;
        List<long>? shape = null, offsets = null;
        Next(JsonTokenType.StartObject);
        while (NextName() is { } field)
        {
            switch (field)
            {
                case "dtype" when type is null:
                    type = SafetensorsType.Parse(NextString());
                    break;
                case "shape" when shape is null:
                    shape = NextNumbers(MaximumRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = NextNumbers(2);
                    break;
                default:
                    throw new SafetensorsException($"'{tensor}' has the field '{field}', unknown or for the second time.");
            }
        }

        if (type is null || shape is null || offsets is not { Count: 2 })
            throw new SafetensorsException($"'{tensor}' needs dtype, shape and two data_offsets.");
        var entry = new SafetensorsEntry(tensor, type, [.. shape], offsets[0], offsets[1]);
        CheckLength(entry);
        return entry;
    }

    private static void CheckLength(SafetensorsEntry entry)
    {
        var length = (Int128)entry.Type.Bytes;
        foreach (var side in entry.Shape)
        {
            length *= Math.Max(side, 1);                        // below 2^31 * 2^63, so the product fits
            if (length > Safetensors.MaximumTensorBytes)        // of an empty tensor too: its strides must fit
                throw new SafetensorsException($"'{entry.Name}' has more than {Safetensors.MaximumTensorBytes} bytes.");
        }

        length = entry.Shape.Contains(0) ? 0 : length;
        if (entry.End < entry.Begin || entry.Length != length)
        {
            throw new SafetensorsException(
                $"'{entry.Name}' of shape ({string.Join(", ", entry.Shape)}) has {length} bytes; its data_offsets are [{entry.Begin}, {entry.End}].");
        }
    }

    private List<long> NextNumbers(int maximumCount)
    {
        List<long> numbers = [];
        Next(JsonTokenType.StartArray);
        while (Next() != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0)
                throw new SafetensorsException("A shape or offset is no whole number from 0 to 2^63 - 1.");
            if (numbers.Count == maximumCount)
                throw new SafetensorsException($"A list has more than {maximumCount} numbers.");
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>The next property's name, or null at the end of the object.</summary>
    private string? NextName() => Next() == JsonTokenType.EndObject ? null : _json.GetString();

    private string NextString()
    {
        Next(JsonTokenType.String);
        return _json.GetString()!;
    }

    private void Next(JsonTokenType expected)
    {
        if (Next() != expected)
            throw new SafetensorsException($"The header has {_json.TokenType} where {expected} belongs.");
    }

    private JsonTokenType Next() => _json.Read() ? _json.TokenType : throw new SafetensorsException("The header ends too early.");
}
