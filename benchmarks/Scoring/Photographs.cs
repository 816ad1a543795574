using SkiaSharp;

namespace Tricks.Benchmarks;

/// <summary>JPEG files of 500 x 375 pixels with about as many bytes as photographs of that size: shapes, shades and grain.</summary>
internal static class Photographs
{
    /// <summary>Writes half of the images into each of two classes.</summary>
    public static void Write(string folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, i % 2 == 0 ? "a" : "b"));
            File.WriteAllBytes(Path.Combine(target.FullName, $"{i:d4}.jpg"), Draw(new Random(i)));
        }
    }

    private static byte[] Draw(Random random)
    {
        using var bitmap = new SKBitmap(500, 375, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Color(random));
        for (var i = 0; i < 60; i++)
        {
            var (from, to) = (Point(random), Point(random));
            using var shader = SKShader.CreateLinearGradient(from, to, [Color(random), Color(random)], SKShaderTileMode.Mirror);
            using var paint = new SKPaint { Shader = shader, IsAntialias = true };
            canvas.DrawOval(from.X, from.Y, random.Next(10, 120), random.Next(10, 120), paint);
        }

        var pixels = bitmap.GetPixelSpan().ToArray();
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(pixels[i] + random.Next(-9, 10), 0, 255); // grain
        using var grainy = SKImage.FromPixelCopy(bitmap.Info, pixels);
        using var data = grainy.Encode(SKEncodedImageFormat.Jpeg, quality: 85);
        return data.ToArray();
    }

    private static SKPoint Point(Random random) => new(random.Next(500), random.Next(375));

    private static SKColor Color(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
