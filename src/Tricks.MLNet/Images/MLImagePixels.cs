using Microsoft.ML.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Images;

/// <summary>The pixels of ML.NET's <see cref="MLImage"/>, copied.</summary>
/// <remarks>
/// An upstream image is never kept: <c>ResizeImages</c> returns its source object where the sizes match, and the loader
/// disposes that one at the next row. It is never disposed either: an in-memory source hands out the user's own object.
/// </remarks>
internal static class MLImagePixels
{
    /// <summary>RGB over white; null where the pixel format is unknown.</summary>
    public static ImagePixels? Copy(MLImage image)
    {
        var (red, blue) = image.PixelFormat switch
        {
            MLPixelFormat.Bgra32 => (2, 0),
            MLPixelFormat.Rgba32 => (0, 2),
            _ => (-1, -1),
        };
        if (red < 0)
            return null;

        var source = image.Pixels; // (H, W, 4), colours premultiplied by alpha
        var values = new byte[image.Width * image.Height * 3];
        for (int i = 0, j = 0; i < values.Length; i += 3, j += 4)
        {
            var white = 255 - source[j + 3]; // premultiplied: c*a + 255*(1-a) is a sum
            values[i] = Over(source[j + red], white);
            values[i + 1] = Over(source[j + 1], white);
            values[i + 2] = Over(source[j + blue], white);
        }

        return new ImagePixels(image.Width, image.Height, 3, values);
    }

    /// <summary>A new opaque image with these pixels, owned by the caller.</summary>
    public static MLImage ToMLImage(ImagePixels pixels)
    {
        var bgra = new byte[pixels.Width * pixels.Height * 4];
        var (values, step) = (pixels.Values, pixels.Channels);
        var (green, blue) = step == 3 ? (1, 2) : (0, 0);
        for (int i = 0, j = 0; i < values.Length; i += step, j += 4)
        {
            bgra[j] = values[i + blue];
            bgra[j + 1] = values[i + green];
            bgra[j + 2] = values[i];
            bgra[j + 3] = 255;
        }

        return MLImage.CreateFromPixels(pixels.Width, pixels.Height, MLPixelFormat.Bgra32, bgra);
    }

    // Colours above their alpha are malformed, but a user may build such an image.
    private static byte Over(byte premultiplied, int white) => (byte)Math.Min(255, premultiplied + white);
}
