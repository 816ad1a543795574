using Microsoft.ML.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Images;

/// <summary>How a vector of Single holds an image.</summary>
/// <param name="Channels">1 (gray) or 3 (red, green, blue).</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Planar">(C, H, W), the default of <c>ExtractPixels</c>; otherwise (H, W, C), its <c>interleavePixelColors</c>.</param>
internal sealed record PixelVectorLayout(int Channels, int Height, int Width, bool Planar)
{
    public const string Allowed =
        "(1 or 3, H, W) or (H, W, 1 or 3) as ExtractPixels declares, (H, W), or a flat vector of s*s (gray) or 3*s*s (red, green and blue plane) values";

    /// <summary>The layout that a vector type declares; null where its shape is no image, or its size is unknown.</summary>
    /// <remarks>Where both ends could be channels, as in (3, H, 3), the planar reading wins.</remarks>
    public static PixelVectorLayout? Of(VectorDataViewType type) => type.Dimensions switch
    {
        [1 or 3, > 0, > 0] d => new PixelVectorLayout(d[0], d[1], d[2], Planar: true),
        [> 0, > 0, 1 or 3] d => new PixelVectorLayout(d[2], d[0], d[1], Planar: false),
        [> 0, > 0] d => new PixelVectorLayout(1, d[0], d[1], Planar: true),
        [> 0] d => OfLength(d[0]),
        _ => null,
    };

    /// <summary>The square image that a flat vector of this length holds; null where it is none.</summary>
    public static PixelVectorLayout? OfLength(int length)
    {
        // s*s = 3*t*t has no solution in whole numbers, so the two cases exclude each other.
        if (Side(length) is int gray)
            return new PixelVectorLayout(1, gray, gray, Planar: true);
        return length % 3 == 0 && Side(length / 3) is int rgb ? new PixelVectorLayout(3, rgb, rgb, Planar: true) : null;
    }

    /// <summary>Brings values 0..255, rounded to whole numbers (halves up), into the order (H, W, C).</summary>
    /// <returns>The image, or the reason why the values are none.</returns>
    public (ImagePixels? Image, string? Reason) Read(ReadOnlySpan<float> values)
    {
        if (values.Length != Channels * Height * Width)
            return (null, $"the pixel vector has {values.Length} values, not {Channels * Height * Width}.");
        if (FaultIn(values) is string reason)
            return (null, reason);

        var bytes = new byte[values.Length];
        var area = Height * Width;
        for (var c = 0; c < Channels; c++)
        {
            for (var i = 0; i < area; i++)
                bytes[(i * Channels) + c] = (byte)(values[Planar ? (c * area) + i : (i * Channels) + c] + 0.5f);
        }

        return (new ImagePixels(Width, Height, Channels, bytes), null);
    }

    private static string? FaultIn(ReadOnlySpan<float> values)
    {
        var (largest, fractions) = (0f, false);
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (!(value is >= 0 and <= 255)) // also catches NaN
                return FormattableString.Invariant($"pixel value {i} is {value}; values must be 0..255. Leave the offset and scale of ExtractPixels at 0 and 1.");
            largest = Math.Max(largest, value);
            fractions |= value != MathF.Floor(value);
        }

        // An image of values 0 and 1 may be a mask; fractions between them are an image that was scaled.
        return fractions && largest <= 1
            ? "all pixel values lie between 0 and 1, as if divided by 255; values must be 0..255. Leave the offset and scale of ExtractPixels at 0 and 1."
            : null;
    }

    private static int? Side(int area)
    {
        var side = (int)Math.Round(Math.Sqrt(area));
        return side > 0 && side * side == area ? side : null;
    }
}
