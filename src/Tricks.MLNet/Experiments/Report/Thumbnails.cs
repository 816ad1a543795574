using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;
using Tricks.MLNet.Images;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Experiments.Report;

/// <summary>Small PNG pictures of some rows of a data view.</summary>
internal static class Thumbnails
{
    private const int LongerSide = 96;

    /// <summary>Reads the rows once and returns the pictures of those that can be read.</summary>
    /// <param name="data">Has the image column.</param>
    /// <param name="columnName">Null takes the first image column, or ImagePath.</param>
    /// <param name="rows">Numbers of the rows.</param>
    public static IReadOnlyDictionary<int, byte[]> Read(IDataView data, string? columnName, IReadOnlyCollection<int> rows)
    {
        var pictures = new Dictionary<int, byte[]>();
        if (rows.Count == 0 || (columnName ?? ImageColumnOf(data.Schema)) is not { } name)
            return pictures;
        var column = ImageColumn.Of(data.Schema, name);
        var wanted = rows.ToHashSet();
        var decoder = new ImageDecoder(new ImageDecoderOptions());
        using var cursor = data.GetRowCursor([column.Column]);
        var read = column.GetGetter(cursor);
        for (var row = 0; pictures.Count < wanted.Count && cursor.MoveNext(); row++)
        {
            if (!wanted.Contains(row))
                continue;
            try
            {
                pictures[row] = Png(Shrink(read().Decode(decoder, channels: 3)));
            }
            catch (ImageDecodingException)
            {
                wanted.Remove(row); // the report says the row's number in its place
            }
        }

        return pictures;
    }

    private static string? ImageColumnOf(DataViewSchema schema) =>
        (schema.FirstOrDefault(c => !c.IsHidden && c.Type is ImageDataViewType) is { Name: { } image } ? image : null)
        ?? schema.GetColumnOrNull("ImagePath")?.Name;

    private static ImagePixels Shrink(ImagePixels image)
    {
        var scale = (double)LongerSide / Math.Max(image.Width, image.Height);
        if (scale >= 1)
            return image;
        var (width, height) = (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        var values = new float[width * height * image.Channels];
        Resize.Bilinear(image, new Box(0, 0, image.Width, image.Height), width, height, values);
        return new ImagePixels(width, height, image.Channels, [.. values.Select(v => (byte)Math.Clamp(Math.Round(v), 0, 255))]);
    }

    private static byte[] Png(ImagePixels image)
    {
        var pixels = new byte[image.Width * image.Height * 4];
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            image.Values.AsSpan(3 * i, 3).CopyTo(pixels.AsSpan(4 * i));
            pixels[(4 * i) + 3] = 255;
        }

        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var picture = SKImage.FromPixelCopy(info, pixels);
        using var encoded = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        return encoded.ToArray();
    }
}
