using Microsoft.ML.Data;

namespace Tricks.MLNet.Tests;

/// <summary>Small opaque images that differ from each other, and files of them that vanish with this object.</summary>
internal sealed class TestImages : IDisposable
{
    public const int Size = 32;

    private TestImages(int count)
    {
        Folder = Directory.CreateTempSubdirectory("tricks-images-").FullName;
        Paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(Folder, FormattableString.Invariant($"{i:D4}.png")))];
        for (var i = 0; i < count; i++)
        {
            using var image = Create(i);
            image.Save(Paths[i]);
        }
    }

    public string Folder { get; }

    public IReadOnlyList<string> Paths { get; }

    public static TestImages WriteFiles(int count) => new(count);

    /// <summary>Image number <paramref name="index"/>: a pattern of its own.</summary>
    public static MLImage Create(int index, byte alpha = 255, int size = Size)
    {
        var bgra = new byte[size * size * 4];
        for (var i = 0; i < size * size; i++)
        {
            var (x, y) = (i % size, i / size);
            bgra[i * 4] = (byte)((x * (3 + index)) + (17 * index));
            bgra[(i * 4) + 1] = (byte)((y * (5 + index)) + (29 * index));
            bgra[(i * 4) + 2] = (byte)((x * y) + (71 * index));
            bgra[(i * 4) + 3] = alpha;
        }

        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, bgra);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
