using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

/// <summary>Images and settings that several tests use.</summary>
internal static class Samples
{
    /// <summary>Random bytes: no two neighbours agree, so that every shift or mirroring shows.</summary>
    public static ImagePixels Noise(int width, int height, int channels, long seed = 1)
    {
        var random = new SeededRandom(seed, width, height);
        return new ImagePixels(width, height, channels,
            [.. Enumerable.Range(0, width * height * channels).Select(_ => (byte)random.NextInt32(256))]);
    }

    /// <summary>Mean 0 and deviation 1: the transform's values before normalisation.</summary>
    public static Preprocessing Raw(int imageSize, int channels = 3, double cropRatio = 1) => new()
    {
        ImageSize = imageSize,
        Channels = channels,
        CropRatio = cropRatio,
        Mean = new float[channels],
        StandardDeviation = [.. Enumerable.Repeat(1f, channels)],
    };

    public static float[] Evaluate(ImagePixels image, Preprocessing preprocessing)
    {
        var target = Target(preprocessing);
        new EvaluationTransform(preprocessing).Apply(image, target);
        return target;
    }

    public static float[] Train(ImagePixels image, Augmentation augmentation, Preprocessing preprocessing, SeededRandom random)
    {
        var target = Target(preprocessing);
        new TrainingTransform(augmentation, preprocessing).Apply(image, random, target);
        return target;
    }

    /// <summary>An output full of NaN, so that a value left unwritten shows.</summary>
    public static float[] Target(Preprocessing preprocessing)
    {
        var target = new float[preprocessing.ImageSize * preprocessing.ImageSize * preprocessing.Channels];
        Array.Fill(target, float.NaN);
        return target;
    }

    public static void AreClose(IReadOnlyList<double> expected, IReadOnlyList<float> actual, double delta)
    {
        Assert.HasCount(expected.Count, actual);
        for (var i = 0; i < expected.Count; i++)
            Assert.AreEqual(expected[i], actual[i], delta, $"value {i}");
    }

    public static bool SameBits(float[] a, float[] b) =>
        a.Select(BitConverter.SingleToInt32Bits).SequenceEqual(b.Select(BitConverter.SingleToInt32Bits));
}
