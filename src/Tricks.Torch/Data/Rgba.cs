using System.Runtime.InteropServices;
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
        var pixels = MemoryMarshal.Cast<byte, Pixel>(rgba);
        var values = GC.AllocateUninitializedArray<byte>(orientation.Width * orientation.Height * channels);
        var to = 0;
        for (var y = 0; y < orientation.Height; y++)
        {
            var from = orientation.First + (y * orientation.Down);
            for (var x = 0; x < orientation.Width; x++, from += orientation.Right, to += channels)
                Write(pixels[from], channels, values.AsSpan(to));
        }

        return new ImagePixels(orientation.Width, orientation.Height, channels, values);
    }

    private static void Write(Pixel pixel, int channels, Span<byte> target)
    {
        if (channels == 1)
            target[0] = Luma.Of(pixel.Red, pixel.Green, pixel.Blue);
        else
            (target[2], target[1], target[0]) = (pixel.Blue, pixel.Green, pixel.Red);
    }

    private static byte Blend(byte color, byte background, byte alpha) =>
        (byte)(((color * alpha) + (background * (255 - alpha)) + 127) / 255);

    private readonly record struct Pixel(byte Red, byte Green, byte Blue, byte Alpha);
}
