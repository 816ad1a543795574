using SkiaSharp;
using Tricks.Torch.Data;

namespace Tricks.Torch.SelfSupervised;

/// <summary>A picture of what a pretraining sees: two views each of some images.</summary>
public static class ViewGrid
{
    private const int SmallestCell = 64;
    private const int Gap = 4;

    /// <summary>Writes a PNG: a row of original images' pairs of views, two cells per image, as many pairs in a row as said.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="images">The images.</param>
    /// <param name="rows">Which of them, in this order.</param>
    /// <param name="views">How views are made. Small views are enlarged to at least 64 pixels.</param>
    /// <param name="seed">Of the pretraining.</param>
    /// <param name="epoch">Whose views, from 0.</param>
    /// <param name="pairsPerRow">At least 1.</param>
    /// <exception cref="ArgumentException">No image is named.</exception>
    public static void SavePng(
        string path, IImageSource images, IReadOnlyList<int> rows, ViewTransform views, long seed = 0, int epoch = 0, int pairsPerRow = 4)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(views);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pairsPerRow);
        if (rows.Count == 0)
            throw new ArgumentException("There are no images to show; name at least one row.", nameof(rows));
        var cell = views.ImageSize * Math.Max(1, (SmallestCell + views.ImageSize - 1) / views.ImageSize);
        var (across, down) = (Math.Min(pairsPerRow, rows.Count), (rows.Count + pairsPerRow - 1) / pairsPerRow);
        var (pairWidth, pairHeight) = ((2 * cell) + (2 * Gap), cell + Gap);
        using var picture = new SKBitmap((across * pairWidth) + Gap, (down * pairHeight) + Gap);
        using var canvas = new SKCanvas(picture);
        canvas.Clear(SKColors.White);
        for (var i = 0; i < rows.Count; i++)
        {
            var (left, top) = (Gap + (i % pairsPerRow * pairWidth), Gap + (i / pairsPerRow * pairHeight));
            for (var view = 0; view < 2; view++)
            {
                using var bitmap = View(images, rows[i], views, seed, epoch, view);
                canvas.DrawBitmap(bitmap, SKRect.Create(left + (view * (cell + 1)), top, cell, cell));
            }
        }

        canvas.Flush();
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }

    private static SKBitmap View(IImageSource images, int row, ViewTransform views, long seed, int epoch, int view)
    {
        var (size, channels) = (views.ImageSize, views.Channels);
        var values = new float[size * size * channels];
        views.ApplyWithoutNormalizing(images.Read(row), ViewTransform.Random(seed, epoch, row, view), values);
        return Pictures.Bitmap(size, size, channels, [.. values.Select(value => (byte)Math.Clamp(Math.Round(value), 0, 255))]);
    }
}
