using SkiaSharp;
using Tricks.Torch.Data;

namespace FineTune;

/// <summary>Example images of a folder in one picture, a row for each class, as d2l's figure of hotdogs.</summary>
internal static class ImageGrid
{
    private const int Columns = 8, Cell = 112, Gap = 4;

    /// <summary>Draws the first eight images of each class.</summary>
    public static void Draw(string folder, string file)
    {
        var classes = ImageFolder.Read(folder).Files.GroupBy(image => image.Label).ToList();
        using var grid = new SKBitmap((Columns * (Cell + Gap)) + Gap, (classes.Count * (Cell + Gap)) + Gap);
        using var canvas = new SKCanvas(grid);
        canvas.Clear(SKColors.White);
        for (var row = 0; row < classes.Count; row++)
        {
            foreach (var (column, image) in classes[row].Take(Columns).Index())
                DrawImage(canvas, image.Path, Gap + (column * (Cell + Gap)), Gap + (row * (Cell + Gap)));
        }

        using var png = grid.Encode(SKEncodedImageFormat.Png, quality: 100);
        using var stream = File.Create(file);
        png.SaveTo(stream);
        Console.WriteLine($"{file}: rows are {string.Join(", ", classes.Select(images => images.Key))}");
    }

    /// <summary>The whole image, its longer side as long as the cell's.</summary>
    private static void DrawImage(SKCanvas canvas, string path, int left, int top)
    {
        using var image = SKBitmap.Decode(path) ?? throw new InvalidDataException($"{path} is no image that can be drawn.");
        var scale = (float)Cell / Math.Max(image.Width, image.Height);
        var (width, height) = (image.Width * scale, image.Height * scale);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium };
        canvas.DrawBitmap(image, SKRect.Create(left + ((Cell - width) / 2), top + ((Cell - height) / 2), width, height), paint);
    }
}
