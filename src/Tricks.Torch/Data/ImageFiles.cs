using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Image files by path, read again at every use: a data set need not fit into memory.</summary>
/// <param name="paths">One path per image.</param>
/// <param name="channels">1 (gray) or 3 (RGB).</param>
/// <param name="decoder">How files become pixels.</param>
public sealed class ImageFiles(IReadOnlyList<string> paths, int channels, ImageDecoder decoder) : IImageSource
{
    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <inheritdoc/>
    public ImagePixels Read(int index) => Read(paths[index], channels, decoder);

    ImagePart IImageSource.ReadPart(int index, ChoosePart choose) => ReadPart(paths[index], channels, decoder, choose);

    /// <inheritdoc/>
    public string NameOf(int index) => paths[index];

    /// <summary>Reads and decodes one file.</summary>
    /// <exception cref="ImageDecodingException">The file is missing, may not be read, or is no usable image.</exception>
    public static ImagePixels Read(string path, int channels, ImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return decoder.Decode(ReadBytes(path), channels, path);
    }

    /// <summary>Reads one file and decodes at least the part that is chosen once its size is known.</summary>
    internal static ImagePart ReadPart(string path, int channels, ImageDecoder decoder, ChoosePart choose) =>
        decoder.DecodePart(ReadBytes(path), channels, path, choose);

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageDecodingException(path, "there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageDecodingException(path, $"the file cannot be read. {e.Message}", e);
        }
    }
}
