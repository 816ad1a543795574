namespace Tricks.Torch.Transforms;

/// <summary>A decoded image: bytes 0..255, rows from top to bottom, channels interleaved (H, W, C).</summary>
/// <remarks>Immutable by convention: transforms read <see cref="Values"/> and never write them, since a cache may hold them.</remarks>
public sealed class ImagePixels
{
    /// <summary>Wraps the values of an image without copying them.</summary>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 (gray) or 3 (red, green, blue).</param>
    /// <param name="values">height * width * channels bytes; the value of (y, x, c) is at (y * width + x) * channels + c.</param>
    /// <exception cref="ArgumentException">The length does not fit the shape.</exception>
    public ImagePixels(int width, int height, int channels, byte[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(values);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "An image has 1 (gray) or 3 (RGB) channels.");
        if (values.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"An image of {width} x {height} with {channels} channels has {(long)width * height * channels} values, not {values.LongLength}.",
                nameof(values));
        }

        (Width, Height, Channels, Values) = (width, height, channels, values);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    /// <summary>The values, (H, W, C), 0..255.</summary>
    public byte[] Values { get; }
}
