using SkiaSharp;

namespace Tricks.Torch.SelfSupervised;

/// <summary>Pixels as bitmaps and PNG.</summary>
internal static class Pictures
{
    /// <summary>A bitmap of interleaved bytes, owned by the caller.</summary>
    public static SKBitmap Bitmap(int width, int height, int channels, byte[] values)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < width * height; i++)
        {
            var (red, green, blue) = channels == 3
                ? (values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2])
                : (values[i], values[i], values[i]);
            bitmap.SetPixel(i % width, i / width, new SKColor(red, green, blue));
        }

        return bitmap;
    }

    /// <summary>The picture of an image within so many pixels as a data URI of a PNG.</summary>
    public static string DataUri(Transforms.ImagePixels image, int pixels)
    {
        using var bitmap = Bitmap(image.Width, image.Height, image.Channels, image.Values);
        var scale = Math.Min(1.0, (double)pixels / Math.Max(image.Width, image.Height));
        using var small = bitmap.Resize(
            new SKImageInfo(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))), SKFilterQuality.High);
        using var png = small.Encode(SKEncodedImageFormat.Png, 100);
        return $"data:image/png;base64,{Convert.ToBase64String(png.ToArray())}";
    }
}
