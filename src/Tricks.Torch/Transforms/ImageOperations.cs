namespace Tricks.Torch.Transforms;

/// <summary>The operations themselves, on bytes, as torchvision's on uint8 tensors: nearest pixels, black outside, rounded down.</summary>
public static class ImageOperations
{
    /// <summary>Applies one operation.</summary>
    /// <param name="image">(H, W, C); not written.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="magnitude">m of <see cref="ImageOperation"/>, with its sign.</param>
    /// <returns>A new image of the same shape, or the given one where nothing changes.</returns>
    public static ImagePixels Apply(ImagePixels image, ImageOperation operation, double magnitude)
    {
        ArgumentNullException.ThrowIfNull(image);
        return operation switch
        {
            ImageOperation.Identity => image,
            ImageOperation.ShearX => ImageGeometry.Apply(image, (x, y) => (x + (magnitude * (y + (image.Height / 2.0))), y)),
            ImageOperation.ShearY => ImageGeometry.Apply(image, (x, y) => (x, y + (magnitude * (x + (image.Width / 2.0))))),
            ImageOperation.TranslateX => ImageGeometry.Apply(image, (x, y) => (x - (int)magnitude, y)),
            ImageOperation.TranslateY => ImageGeometry.Apply(image, (x, y) => (x, y - (int)magnitude)),
            ImageOperation.Rotate => ImageGeometry.Rotate(image, magnitude),
            ImageOperation.Brightness => Map(image, (v, _) => Blend(v, 0, 1 + magnitude)),
            ImageOperation.Color => image.Channels == 1 ? image : Map(image, (v, i) => Blend(v, Gray(image, i / 3), 1 + magnitude)),
            ImageOperation.Contrast => Contrast(image, 1 + magnitude),
            ImageOperation.Sharpness => Sharpness(image, 1 + magnitude),
            ImageOperation.Posterize => Map(image, (v, _) => (byte)(v & (0xFF << (8 - (int)magnitude)))),
            ImageOperation.Solarize => Map(image, (v, _) => v >= magnitude ? (byte)(255 - v) : v),
            ImageOperation.AutoContrast => MapChannels(image, Stretched),
            ImageOperation.Equalize => MapChannels(image, Equalized),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
        };
    }

    private static ImagePixels Contrast(ImagePixels image, double factor)
    {
        var pixels = image.Width * image.Height;
        var mean = (float)(Enumerable.Range(0, pixels).Sum(pixel => (long)Gray(image, pixel)) / (double)pixels);
        return Map(image, (v, _) => Blend(v, mean, factor));
    }

    /// <summary>Smoothed by (1 1 1; 1 5 1; 1 1 1) / 13 inside; the outermost pixels stay.</summary>
    private static ImagePixels Sharpness(ImagePixels image, double factor)
    {
        if (image.Width <= 2 || image.Height <= 2)
            return image;
        var (channels, stride) = (image.Channels, image.Width * image.Channels);
        return Map(image, (v, i) =>
        {
            var (x, y) = (i % stride / channels, i / stride);
            if (x == 0 || y == 0 || x == image.Width - 1 || y == image.Height - 1)
                return v;
            var sum = 4 * v;
            for (var row = i - stride; row <= i + stride; row += stride)
                sum += image.Values[row - channels] + image.Values[row] + image.Values[row + channels];
            return Blend(v, MathF.Round(sum / 13f), factor);
        });
    }

    /// <summary>factor * value + (1 - factor) * other, clipped and rounded down.</summary>
    private static byte Blend(byte value, float other, double factor) =>
        (byte)Math.Clamp(((float)factor * value) + ((float)(1 - factor) * other), 0, 255);

    private static byte Gray(ImagePixels image, int pixel)
    {
        var values = image.Values;
        return image.Channels == 1
            ? values[pixel]
            : (byte)((0.2989f * values[3 * pixel]) + (0.587f * values[(3 * pixel) + 1]) + (0.114f * values[(3 * pixel) + 2]));
    }

    private static byte[] Stretched(int[] histogram)
    {
        var (low, high) = (Array.FindIndex(histogram, n => n > 0), Array.FindLastIndex(histogram, n => n > 0));
        var scale = 255f / (high - low);
        return [.. Enumerable.Range(0, 256).Select(v => high == low ? (byte)v : (byte)Math.Clamp((v - low) * scale, 0, 255))];
    }

    private static byte[] Equalized(int[] histogram)
    {
        var step = (histogram.Sum() - histogram.Last(n => n > 0)) / 255;
        var (table, below) = (new byte[256], 0);
        for (var v = 0; v < 256; v++)
        {
            table[v] = step == 0 ? (byte)v : (byte)Math.Min(255, (below + (step / 2)) / step);
            below += histogram[v];
        }
        return table;
    }

    private static ImagePixels MapChannels(ImagePixels image, Func<int[], byte[]> tableOf)
    {
        var tables = new byte[image.Channels][];
        for (var c = 0; c < image.Channels; c++)
        {
            var histogram = new int[256];
            for (var i = c; i < image.Values.Length; i += image.Channels)
                histogram[image.Values[i]]++;
            tables[c] = tableOf(histogram);
        }

        return Map(image, (v, i) => tables[i % image.Channels][v]);
    }

    private static ImagePixels Map(ImagePixels image, Func<byte, int, byte> map)
    {
        var values = new byte[image.Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = map(image.Values[i], i);
        return new ImagePixels(image.Width, image.Height, image.Channels, values);
    }
}
