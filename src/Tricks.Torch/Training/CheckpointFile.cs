using System.Security.Cryptography;
using System.Text.Json;
using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Training;

/// <summary>One checkpoint on disk: a safetensors file whose metadata holds the state as JSON and whose name ends with its SHA-256.</summary>
/// <remarks>
/// A name is NUMBER-stepSTEP-SHA256.safetensors; numbers rise with every save. The hash is checked before a byte is parsed.
/// Any reader of safetensors opens the file.
/// </remarks>
/// <param name="Path">Where it is.</param>
/// <param name="Number">Its place in the order of saves.</param>
/// <param name="Sha256">In hexadecimal, as the name has it.</param>
internal sealed record CheckpointFile(string Path, long Number, string Sha256)
{
    public const string Extension = ".safetensors";

    private const string MetadataKey = "tricks.checkpoint";

    /// <summary>The file of that name; null where the name is none of ours.</summary>
    public static CheckpointFile? FromPath(string path)
    {
        var parts = System.IO.Path.GetFileNameWithoutExtension(path).Split('-');
        return parts.Length == 3 && long.TryParse(parts[0], out var number) && parts[2].Length == 2 * SHA256.HashSizeInBytes
            ? new CheckpointFile(path, number, parts[2])
            : null;
    }

    /// <summary>Writes a new checkpoint beside the others: temporary file, hash, flush, rename, flush of the folder.</summary>
    /// <remarks>Whenever the process or the machine stops, the folder has the older checkpoints, and the new one whole or not at all.</remarks>
    /// <exception cref="IOException">The disk did not take it; the temporary file is removed.</exception>
    public static CheckpointFile Write(string folder, string temporaryPath, long number, CheckpointState state, IEnumerable<NamedTensor> tensors)
    {
        var metadata = new Dictionary<string, string> { [MetadataKey] = JsonSerializer.Serialize(state, CheckpointJson.Default.CheckpointState) };
        try
        {
            string sha256;
            using (var file = new FileStream(temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                sha256 = WriteHashed(file, tensors, metadata);
                file.Flush(flushToDisk: true);
            }

            var path = System.IO.Path.Combine(folder, FormattableString.Invariant($"{number:d6}-step{state.Step}-{sha256}{Extension}"));
            File.Move(temporaryPath, path);
            FolderFlush.Flush(folder);
            return new CheckpointFile(path, number, sha256);
        }
        catch
        {
            File.Delete(temporaryPath);
            throw;
        }
    }

    private static string WriteHashed(FileStream file, IEnumerable<NamedTensor> tensors, Dictionary<string, string> metadata)
    {
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            Safetensors.Write(hashing, tensors, metadata);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>Reads it, if it is what was written.</summary>
    /// <returns>State and tensors, owned by the caller.</returns>
    /// <exception cref="InvalidDataException">It is damaged; the message says how.</exception>
    /// <exception cref="CheckpointException">It is of a newer format.</exception>
    public (CheckpointState State, SafetensorsContent Content) Read()
    {
        using var file = File.OpenRead(Path);
        if (Convert.ToHexStringLower(SHA256.HashData(file)) != Sha256)
            throw new InvalidDataException("its content does not fit the SHA-256 in its name");
        file.Position = 0;
        SafetensorsContent? content = null;
        try
        {
            content = Safetensors.Read(file);
            return (State(content.Metadata), content);
        }
        catch (Exception e) when (e is SafetensorsException or JsonException or KeyNotFoundException)
        {
            content?.Dispose();
            throw new InvalidDataException($"its content contradicts itself ({e.Message.TrimEnd('.')})", e);
        }
        catch
        {
            content?.Dispose();
            throw;
        }
    }

    private CheckpointState State(IReadOnlyDictionary<string, string> metadata)
    {
        var json = metadata[MetadataKey];
        var version = JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointVersion)!.FormatVersion;
        return version <= CheckpointState.CurrentFormatVersion
            ? JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointState)!
            : throw new CheckpointException(
                $"The checkpoint '{Path}' has format version {version}; this version of Tricks.Torch reads up to {CheckpointState.CurrentFormatVersion}. Update the package, or name another CheckpointFolder.");
    }
}
