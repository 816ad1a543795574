using System.Buffers;

namespace Tricks.Torch.Transforms;

/// <summary>What is at hand of a decoded image: a rectangle of its pixels, or all of them.</summary>
/// <remarks>
/// A decoder that is asked for a part need not decode the rest, nor bring its pixels into the order of <see cref="ImagePixels"/>.
/// Disposing gives a rented array back.
/// </remarks>
internal sealed class ImagePart : IDisposable
{
    private readonly byte[] _values;
    private readonly bool _rented;

    /// <summary>All of an image.</summary>
    public ImagePart(ImagePixels image)
    {
        (Width, Height, Channels, PixelBytes) = (image.Width, image.Height, image.Channels, image.Channels);
        (Box, _values) = (new PixelBox(0, 0, image.Width, image.Height), image.Values);
    }

    /// <summary>A rectangle of an image of width x height, in an array of <see cref="ArrayPool{T}.Shared"/> that now belongs to this part.</summary>
    public ImagePart(int width, int height, int channels, int pixelBytes, PixelBox box, byte[] rented)
    {
        (Width, Height, Channels, PixelBytes) = (width, height, channels, pixelBytes);
        (Box, _values, _rented) = (box, rented, true);
    }

    /// <summary>Width of the whole image.</summary>
    public int Width { get; }

    /// <summary>Height of the whole image.</summary>
    public int Height { get; }

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    /// <summary>Bytes from a pixel to the next: <see cref="Channels"/>, or 4 where a fourth byte of no meaning follows blue.</summary>
    public int PixelBytes { get; }

    /// <summary>Which pixels of the whole image are at hand.</summary>
    public PixelBox Box { get; }

    /// <summary>The bytes from pixel (y, x) on, counted in the whole image; rows follow each other at Box.Width * PixelBytes.</summary>
    public ReadOnlySpan<byte> From(int y, int x)
    {
        var pixel = ((y - Box.Top) * Box.Width) + x - Box.Left;
        return _values.AsSpan(pixel * PixelBytes, ((Box.Width * Box.Height) - pixel) * PixelBytes);
    }

    /// <summary>Gives a rented array back; the part must not be read any more.</summary>
    public void Dispose()
    {
        if (_rented)
            ArrayPool<byte>.Shared.Return(_values);
    }
}
