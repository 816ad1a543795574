namespace Tricks.Torch.Transforms;

/// <summary>Moves the pixels of an image: every pixel of the result takes the nearest one of the source, black where there is none.</summary>
internal static class ImageGeometry
{
    /// <summary>Turns counter-clockwise about the centre.</summary>
    public static ImagePixels Rotate(ImagePixels image, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return Apply(image, (x, y) => ((cos * x) - (sin * y), (sin * x) + (cos * y)));
    }

    /// <param name="image">(H, W, C); not written.</param>
    /// <param name="source">Where a pixel of the result comes from; both measured from the centre of the image to the centre of the pixel.</param>
    public static ImagePixels Apply(ImagePixels image, Func<double, double, (double X, double Y)> source)
    {
        var (width, height, channels) = (image.Width, image.Height, image.Channels);
        var values = new byte[image.Values.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = source(x + 0.5 - (width / 2.0), y + 0.5 - (height / 2.0));
                var (column, row) = (Math.Round(fromX + (width / 2.0) - 0.5), Math.Round(fromY + (height / 2.0) - 0.5));
                if (column >= 0 && column < width && row >= 0 && row < height)
                    image.Values.AsSpan((((int)row * width) + (int)column) * channels, channels).CopyTo(values.AsSpan(((y * width) + x) * channels));
            }
        }

        return new ImagePixels(width, height, channels, values);
    }
}
