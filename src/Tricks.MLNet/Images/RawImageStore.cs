using Microsoft.Win32.SafeHandles;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Images;

/// <summary>The images of a pass over the data, by number: what a cursor gives once, training reads in any order, many times.</summary>
/// <remarks>
/// Paths are kept as text and their files read again. Bytes and pixels stay in memory up to a limit; beyond it they go to
/// a temporary file that is deleted when the store is disposed or the process ends. What is read is the same either way.
/// </remarks>
internal sealed class RawImageStore(ImageDecoder decoder, int channels, MemoryBudget memory, string temporaryFolder)
    : IImageSource, IDisposable
{
    private readonly List<Entry> _entries = [];
    private SafeFileHandle? _file;
    private long _fileLength;

    public int Count => _entries.Count;

    /// <summary>Bytes that were written to the temporary file.</summary>
    public long SpilledBytes => _fileLength;

    public void Add(RawImage image) => _entries.Add(image switch
    {
        ImageBytes encoded => Keep(image, encoded.Bytes, shape: null),
        PixelImage pixels => Keep(image, pixels.Pixels.Values, pixels.Pixels),
        _ => new Entry(image, default, default, default),
    });

    public string NameOf(int index) => _entries[index].Image.Name;

    public ImagePixels Read(int index) => Restore(_entries[index]).Decode(decoder, channels);

    ImagePart IImageSource.ReadPart(int index, ChoosePart choose) => Restore(_entries[index]).DecodePart(decoder, channels, choose);

    public byte[] ContentHash(int index) => Restore(_entries[index]).ContentHash();

    private Entry Keep(RawImage image, byte[] bytes, ImagePixels? shape)
    {
        if (memory.TryTake(bytes.LongLength))
            return new Entry(image, default, default, default);

        var offset = Spill(bytes);
        var size = shape is null ? default : (shape.Width, shape.Height, shape.Channels);
        return new Entry(new UnusableImage(image.Name, "its bytes are in the temporary file."), offset, bytes.Length, size);
    }

    /// <summary>Appends to the temporary file and returns where.</summary>
    private long Spill(byte[] bytes)
    {
        try
        {
            _file ??= CreateFile();
            RandomAccess.Write(_file, bytes, _fileLength);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The images do not fit into CacheBytes, and the temporary file for the rest cannot be written in '{temporaryFolder}' ({e.Message}). " +
                "Raise CacheBytes, set MLContext.TempFilePath to a folder with room, or use a column of paths, whose files are read again.", e);
        }

        var offset = _fileLength;
        _fileLength += bytes.LongLength;
        return offset;
    }

    private RawImage Restore(Entry entry)
    {
        if (entry.Length == 0)
            return entry.Image;
        var bytes = new byte[entry.Length];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(_file!, bytes.AsSpan(read), entry.Offset + read);
            read += count > 0 ? count : throw new EndOfStreamException($"The temporary file of the training images ends before {entry.Image.Name}.");
        }

        var (width, height, itsChannels) = entry.Shape;
        return width == 0
            ? new ImageBytes(entry.Image.Name, bytes)
            : new PixelImage(entry.Image.Name, new ImagePixels(width, height, itsChannels, bytes));
    }

    private SafeFileHandle CreateFile()
    {
        var path = Path.Combine(temporaryFolder, $"tricks-images-{Guid.NewGuid():N}.tmp");
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        // Unix keeps an open file without a name until its handle is closed, even by a crash; nobody else may read it meanwhile.
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.RandomAccess);
        File.Delete(path);
        return handle;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>An image in memory (Length 0), or where its bytes stand in the file and, for pixels, their shape.</summary>
    private sealed record Entry(RawImage Image, long Offset, int Length, (int Width, int Height, int Channels) Shape);
}
