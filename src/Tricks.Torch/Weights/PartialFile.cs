namespace Tricks.Torch.Weights;

/// <summary>A file that is on its way: <c>NAME.part</c>, and in <c>NAME.part.tag</c> the server's word for its version.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _path;

    private PartialFile(string path, FileStream stream) => (_path, Stream) = (path, stream);

    /// <summary>What has arrived; locked against other processes.</summary>
    internal FileStream Stream { get; }

    /// <summary>The ETag or date of what has arrived; null when the server gave none, so that nothing can be continued.</summary>
    internal string? Tag
    {
        get => File.Exists(TagPath) ? File.ReadAllText(TagPath) : null;
        set
        {
            if (value is null)
                File.Delete(TagPath);
            else
                File.WriteAllText(TagPath, value);
        }
    }

    /// <summary>The name of the whole file.</summary>
    internal string Name => Path.GetFileName(_path);

    private string PartPath => $"{_path}.part";

    private string TagPath => $"{_path}.part.tag";

    /// <exception cref="WeightsDownloadException">Another process downloads it, or the folder cannot be written.</exception>
    internal static PartialFile Open(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new PartialFile(path, new FileStream($"{path}.part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new WeightsDownloadException(
                $"The cache cannot be written: {fault.Message} If another process downloads the same file, wait for it; else set TRICKS_CACHE or DownloadOptions.CacheFolder to a folder that can be written.", fault);
        }
    }

    /// <summary>The part becomes the file, once its bytes are on the disk.</summary>
    internal void Complete()
    {
        Stream.Flush(flushToDisk: true);
        File.Move(PartPath, _path, overwrite: true);
        Tag = null;
    }

    /// <summary>Nothing of it is kept.</summary>
    internal void Discard()
    {
        File.Delete(PartPath);
        Tag = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Stream.Dispose();
}
