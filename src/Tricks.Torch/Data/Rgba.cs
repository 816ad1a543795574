using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>From the decoder's four bytes per pixel (red, green, blue, alpha; not premultiplied) to RGB or gray.</summary>
internal static class Rgba
{
    /// <summary>c = (c * alpha + background * (255 - alpha)) / 255, rounded; in place.</summary>
    public static void LayOver(Span<byte> rgba, (byte Red, byte Green, byte Blue) background)
    {
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var alpha = rgba[i + 3];
            if (alpha == 255)
                continue;
            rgba[i] = Blend(rgba[i], background.Red, alpha);
            rgba[i + 1] = Blend(rgba[i + 1], background.Green, alpha);
            rgba[i + 2] = Blend(rgba[i + 2], background.Blue, alpha);
        }
    }

    /// <summary>Turns the image upright and keeps red, green and blue, or their luma.</summary>
    public static ImagePixels Pack(ReadOnlySpan<byte> rgba, Orientation orientation, int channels)
    {
        var values = GC.AllocateUninitializedArray<byte>(orientation.Width * orientation.Height * channels);
        var stride = orientation.Width * channels;
        for (var y = 0; y < orientation.Height; y++)
        {
            var from = orientation.First + (y * orientation.Down);
            var row = values.AsSpan(y * stride, stride);
            if (orientation.Right == 1 && channels == 3)
                DropAlpha(rgba.Slice(4 * from, 4 * orientation.Width), row);
            else
                PackRow(MemoryMarshal.Cast<byte, Pixel>(rgba), from, orientation.Right, channels, row);
        }

        return new ImagePixels(orientation.Width, orientation.Height, channels, values);
    }

    /// <summary>The luma of each pixel, in place: pixel i becomes byte i.</summary>
    public static void ToGray(Span<byte> rgba)
    {
        for (var i = 0; i < rgba.Length / 4; i++) // byte i stands before or in pixel i, which is read first
            rgba[i] = Luma.Of(rgba[4 * i], rgba[(4 * i) + 1], rgba[(4 * i) + 2]);
    }

    /// <summary>The usual case (upright, RGB), four pixels at once: 16 bytes to 12.</summary>
    private static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var keep = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
        var pixel = 0;
        for (; (3 * pixel) + 16 <= rgb.Length; pixel += 4) // writes 16 bytes, of which the next four pixels overwrite 4
            Vector128.Shuffle(Vector128.Create(rgba.Slice(4 * pixel, 16)), keep).CopyTo(rgb[(3 * pixel)..]);
        for (; 3 * pixel < rgb.Length; pixel++)
            rgba.Slice(4 * pixel, 3).CopyTo(rgb[(3 * pixel)..]);
    }

    private static void PackRow(ReadOnlySpan<Pixel> pixels, int from, int step, int channels, Span<byte> row)
    {
        for (var i = 0; i < row.Length; i += channels, from += step)
        {
            var pixel = pixels[from];
            if (channels == 1)
                row[i] = Luma.Of(pixel.Red, pixel.Green, pixel.Blue);
            else
                (row[i + 2], row[i + 1], row[i]) = (pixel.Blue, pixel.Green, pixel.Red);
        }
    }

    private static byte Blend(byte color, byte background, byte alpha) =>
        (byte)(((color * alpha) + (background * (255 - alpha)) + 127) / 255);

    private readonly record struct Pixel(byte Red, byte Green, byte Blue, byte Alpha);
}
