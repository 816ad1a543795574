using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Benchmarks;

/// <summary>Files to batches as the training loop has it: decode, random resized crop, jitter, flip, normalise.</summary>
internal static class JpegLoading
{
    private const int BatchSize = 64;
    private const int Size = 224;
    private const int Threads = 2;

    public static void Measure(string folder)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal)];
        var data = new ImageDataset(new ImageFiles(paths, channels: 3, new ImageDecoder()), new int[paths.Length], ["photo"]);
        var augmentation = new Augmentation { Crop = CropKind.RandomResizedCrop, FlipProbability = 0.5, Brightness = 0.4, Saturation = 0.4, Hue = 0.4 };
        var transform = new TrainingTransform(augmentation, Preprocessing.ImageNet(Size));
        using var loader = new BatchLoader(data, BatchSize, Size, channels: 3, Threads);
        var epoch = 0;
        var times = Measurement.Time(
            () =>
            {
                var now = epoch++;
                foreach (var batch in loader.Batches(
                    BatchPlan.Shuffled(data.Count, BatchSize, seed: 1, now),
                    (row, target) => data.ReadView(row, transform, SeededRandom.For(1, RandomPurpose.Augmentation, now, row), target)))
                {
                    _ = batch.Rows.Count;
                }
            },
            warmUp: 1,
            samples: 3);
        Measurement.Print("jpeg", "500x375 to 224 px, 2 threads", "ours", "images/s", paths.Length / Measurement.Median(times) * 1000, times.Length);
    }
}
