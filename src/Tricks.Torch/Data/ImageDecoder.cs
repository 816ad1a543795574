using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Encoded bytes (JPEG, PNG, GIF, WebP, BMP) to pixels.</summary>
#pragma warning disable CA1822 // being written
public sealed class ImageDecoder
{
    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="channels">1 (gray) or 3 (RGB) channels are returned.</param>
    /// <param name="name">The file or row, for the error message.</param>
    /// <exception cref="ImageDecodingException">The bytes are no image, are cut off, or exceed the cap on pixels.</exception>
    public ImagePixels Decode(ReadOnlySpan<byte> encoded, int channels, string name) => throw new NotImplementedException();
}
