using SkiaSharp;
using Tricks.Torch.Data;

namespace Tricks.Benchmarks;

/// <summary>Fashion-MNIST as PNG files of 64 x 64 pixels and three channels, so that a bottleneck net can learn it.</summary>
internal static class Garments
{
    private const int TrainPerClass = 300;
    private const int TestPerClass = 200;

    /// <summary>Writes train/CLASS and test/CLASS.</summary>
    public static void Write(string dataFolder, string folder)
    {
        Write(dataFolder, "train", Path.Combine(folder, "train"), TrainPerClass);
        Write(dataFolder, "t10k", Path.Combine(folder, "test"), TestPerClass);
    }

    private static void Write(string dataFolder, string part, string folder, int perClass)
    {
        var images = IdxFile.Read(
            Path.Combine(dataFolder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(dataFolder, $"{part}-labels-idx1-ubyte.gz"));
        var written = new Dictionary<string, int>();
        for (var i = 0; i < images.Count; i++)
        {
            var name = images.Label(i);
            var number = written.GetValueOrDefault(name);
            if (number == perClass)
                continue;
            written[name] = number + 1;
            var target = Directory.CreateDirectory(Path.Combine(folder, name));
            File.WriteAllBytes(Path.Combine(target.FullName, $"{number:d4}.png"), Enlarge(images.Image(i).Values));
        }
    }

    private static byte[] Enlarge(byte[] gray)
    {
        using var image = SKImage.FromPixelCopy(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque), gray);
        using var small = SKBitmap.FromImage(image);
        using var large = small.Resize(new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Opaque), SKFilterQuality.High);
        using var data = large.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
