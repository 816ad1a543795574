using System.Text.Json;

namespace Tricks.Torch.Weights;

/// <summary>The JSON object at the head of a file: the tensors in its order, and the strings of <c>__metadata__</c>.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The name that stands for the strings, and for no tensor.</summary>
    internal const string MetadataName = "__metadata__";

    /// <summary>The length of the data that the entries cover.</summary>
    internal long DataLength => Entries.Count == 0 ? 0 : Entries.Max(entry => entry.End);

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The header's bytes: an object, perhaps followed by spaces.</param>
    /// <exception cref="SafetensorsException">Any fault.</exception>
    internal static SafetensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            throw new SafetensorsException("The header does not begin with '{'.");
        try
        {
            var header = new SafetensorsHeaderReader(json).Read();
            CheckLayout(header.Entries);
            return header;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException is Utf8JsonReader's word for a string that is no valid UTF-8 or UTF-16.
            throw new SafetensorsException($"The header is no valid JSON: {fault.Message}", fault);
        }
    }

    /// <summary>The tensors must cover the data from 0 on without hole or overlap.</summary>
    private static void CheckLayout(IReadOnlyList<SafetensorsEntry> entries)
    {
        var covered = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != covered)
                throw new SafetensorsException($"'{entry.Name}' begins at {entry.Begin} and not at {covered}: a hole or an overlap.");
            covered = entry.End;
        }
    }
}
