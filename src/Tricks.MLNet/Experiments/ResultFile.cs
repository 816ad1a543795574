using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tricks.MLNet.Experiments;

/// <summary>Results on disk: a line that tells which comparison it is, then a line of JSON for each finished trial.</summary>
/// <remarks>
/// A line is written through to the disk before the next trial begins. A last line without its end, as a crash or a full disk leaves it, is
/// dropped. While a comparison runs no other can open the file: Unix locks nothing under <see cref="FileShare.Read"/> and a writer.
/// </remarks>
internal sealed class ResultFile : IDisposable
{
    private static readonly JsonSerializerOptions Format = new()
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss may be NaN
    };

    private readonly FileStream _stream;

    private ResultFile(FileStream stream, IReadOnlyList<TrialResult> results) => (_stream, Results) = (stream, results);

    /// <summary>The results that the file held when it was opened, in its order.</summary>
    public IReadOnlyList<TrialResult> Results { get; }

    /// <summary>Opens the file, or begins it.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="comparison">What must be the same for results to go together.</param>
    /// <exception cref="InvalidDataException">The file is of another comparison, or damaged.</exception>
    /// <exception cref="IOException">It cannot be opened, or another process writes it.</exception>
    public static ResultFile Open(string path, ComparisonHeader comparison)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var lines = ReadWholeLines(stream);
            if (lines.Count == 0)
            {
                Append(stream, comparison);
                return new ResultFile(stream, []);
            }

            Check(Parse<ComparisonHeader>(lines[0], path, 1), comparison, path);
            return new ResultFile(stream, [.. lines.Skip(1).Select((line, i) => Parse<TrialResult>(line, path, i + 2))]);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a result through to the disk.</summary>
    public void Append(TrialResult trial) => Append(_stream, trial);

    public void Dispose() => _stream.Dispose();

    private static void Append<T>(FileStream stream, T value)
    {
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, Format) + "\n"));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>The lines that have an end; what follows the last of them is cut off.</summary>
    private static List<string> ReadWholeLines(FileStream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var length = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
        return [.. Encoding.UTF8.GetString(bytes, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static T Parse<T>(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Line {number} of '{path}' is no result of a comparison ({e.Message}). Take the line out, or name another ResultsPath.", e);
        }
    }

    private static void Check(ComparisonHeader file, ComparisonHeader now, string path)
    {
        if (file == now)
            return;
        throw new InvalidDataException(
            $"'{path}' holds the results of another comparison, whose trials cannot be put beside those of this one. File: {file}. Now: {now}. " +
            "Name another ResultsPath, or give the data and options of the file.");
    }
}
