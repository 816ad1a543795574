using System.Text;

namespace Tricks.Torch.Weights;

/// <summary>State dictionaries that PyTorch's <c>torch.save</c> wrote (<c>.pth</c>, <c>.pt</c>), read without running anything of them.</summary>
/// <remarks>
/// <para>Both forms are read: the zip file of PyTorch 1.6 and later, and the older one, which some published files still have.
/// The pickle inside may hold tensors, parameters, dictionaries, lists, tuples, numbers and strings; every other opcode or
/// name is refused by name. One exception type for every fault, and no more memory than a small multiple of the file.</para>
/// <para>The state dictionary is the outermost dictionary when it holds tensors; else the one under <c>state_dict</c>,
/// <c>model_state_dict</c> or <c>model</c>, in this order.</para>
/// </remarks>
public static partial class PyTorchFile
{
    private const int MaximumPickleBytes = 1 << 26;

    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>True for the first bytes of a file in one of the two forms.</summary>
    internal static bool Begins(ReadOnlySpan<byte> start) => IsZip(start) || IsLegacy(start);

    /// <summary>Reads a file.</summary>
    /// <param name="stream">One whole file from its beginning; it must be able to seek, and stays open.</param>
    /// <returns>The tensors, owned by the caller through the returned object.</returns>
    /// <exception cref="PyTorchFileException">The bytes are malformed, cut off or refused; no tensor is left behind.</exception>
    public static PyTorchContent Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("The stream cannot seek; read the file from disk or memory.", nameof(stream));
        stream.Position = 0;
        var start = new byte[LegacyMagic.Length];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (IsZip(start.AsSpan(0, length)))
            return ReadZip(StoredZip.Open(stream));
        return IsLegacy(start.AsSpan(0, length))
            ? ReadLegacy(stream)
            : throw new PyTorchFileException("The file is none of PyTorch's: it begins neither as a zip file nor as torch.save's older form.");
    }

    private static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    private static PyTorchContent ReadZip(StoredZip zip)
    {
        const string PickleName = "/data.pkl";
        var pickles = zip.Names.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal) && name.IndexOf('/') == name.Length - PickleName.Length).ToList();
        if (pickles is not [var pickle])
            throw new PyTorchFileException($"The zip file has {pickles.Count} entries named */data.pkl; a file of torch.save has one.");
        var root = pickle[..^"data.pkl".Length];
        if (zip.Length($"{root}constants.pkl") is not null)
            throw new PyTorchFileException("The file is a TorchScript program. Save its state dictionary: torch.save(torch.jit.load(path).state_dict(), other).");
        if (zip.Length($"{root}byteorder") is not null && Encoding.ASCII.GetString(Entry(zip, $"{root}byteorder")) != "little")
            throw new PyTorchFileException("The file's numbers are big-endian; only little-endian ones are read.");
        var entries = FindStateDict(new PickleReader(Entry(zip, pickle)).Read());
        using var storages = new TorchStorages(
            (storage, values) => zip.Read($"{root}data/{storage.Key}", values),
            key => zip.Length($"{root}data/{key}") ?? -1);
        return storages.Tensors(entries);
    }

    private static byte[] Entry(StoredZip zip, string name)
    {
        var length = zip.Length(name)!.Value;
        if (length > MaximumPickleBytes)
            throw new PyTorchFileException($"The entry '{name}' has {length} bytes; at most {MaximumPickleBytes} are read.");
        var bytes = new byte[length];
        zip.Read(name, bytes);
        return bytes;
    }

    private static List<KeyValuePair<string, PickleTensor>> FindStateDict(object? root)
    {
        if (root is not PickleDictionary outer)
            throw new PyTorchFileException("The file holds no dictionary. Save a state dictionary: torch.save(model.state_dict(), path).");
        var found = HasTensors(outer) ? outer : Wrappers.Select(name => outer[name]).OfType<PickleDictionary>().FirstOrDefault(HasTensors);
        if (found is null)
        {
            var keys = outer.Items.Take(10).Select(item => item.Key is string name ? $"'{name}'" : "no string");
            throw new PyTorchFileException(
                $"The dictionary has the keys {string.Join(", ", keys)}; none of them is a tensor, or '{string.Join("' or '", Wrappers)}' with tensors in it.");
        }

        return [.. found.Items.Select(item => item is { Key: string name, Value: PickleTensor tensor }
            ? new KeyValuePair<string, PickleTensor>(name, tensor)
            : throw new PyTorchFileException($"The entry '{item.Key}' of the state dictionary is no tensor."))];
    }

    private static bool HasTensors(PickleDictionary dictionary) => dictionary.Items.Exists(item => item.Value is PickleTensor);
}
