using System.Globalization;
using SkiaSharp;
using Tricks.Torch.Runtime;

namespace Tricks.Benchmarks;

/// <summary>JPEG files like photographs: shaded surfaces with edges and noise at every scale; about 100 KB each, as ImageNet's.</summary>
internal static class PhotoFiles
{
    private const int Width = 500;
    private const int Height = 375;
    private const int Quality = 92;

    public static void Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        Parallel.For(0, count, i =>
        {
            using var bitmap = Draw(new SeededRandom(i));
            using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
            using var file = File.Create(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:d4}.jpg")));
            encoded.SaveTo(file);
        });
    }

    private static SKBitmap Draw(SeededRandom random)
    {
        var bitmap = new SKBitmap(Width, Height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Color(random));
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 40; i++) // objects, the later the smaller
        {
            var size = 250f / (1 + (i / 4));
            var centre = new SKPoint((float)random.NextDouble(0, Width), (float)random.NextDouble(0, Height));
            using var shading = SKShader.CreateLinearGradient(centre, centre + new SKPoint(size, size), [Color(random), Color(random)], SKShaderTileMode.Mirror);
            paint.Shader = shading;
            canvas.DrawOval(centre.X, centre.Y, size * (float)random.NextDouble(0.3, 1), size * (float)random.NextDouble(0.3, 1), paint);
        }

        using var noise = SKShader.CreatePerlinNoiseFractalNoise(0.2f, 0.2f, 6, (float)random.NextDouble(0, 1000)); // octaves of equal energy
        paint.Shader = noise;
        paint.BlendMode = SKBlendMode.Overlay;
        canvas.DrawRect(0, 0, Width, Height, paint);
        return bitmap;
    }

    private static SKColor Color(SeededRandom random) => new((byte)random.NextInt32(256), (byte)random.NextInt32(256), (byte)random.NextInt32(256));
}
