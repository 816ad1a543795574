using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Benchmarks;

/// <summary>Decoded images to batches: 4 pixels of padding, random crop, flip, normalise; and the step that they feed.</summary>
internal static class SmallImageLoading
{
    private const int Count = 12_800;
    private const int Epochs = 15;
    private const int WarmUpSteps = 60; // .NET's second compilation

    public static void Measure(int size, int channels, int batchSize)
    {
        var work = $"{size} px, {(channels == 1 ? "gray" : "RGB")}";
        var random = new SeededRandom(1);
        ImagePixels[] images = [.. Enumerable.Range(0, Count).Select(_ => Noise(size, channels, random))];
        var preprocessing = Preprocessing.ImageNet(size, channels);

        var (ours, plain) = Rates(Ours(images, preprocessing, batchSize), Plain(images, preprocessing, batchSize));
        Measurement.Print("small images", work, "ours", "images/s", ours, Epochs);
        Measurement.Print("small images", work, "TorchSharp tensor operations", "images/s", plain, Epochs, ("ours is faster by", ours / plain));
        var step = Step(size, channels, batchSize);
        Measurement.Print("loading share", work, "ours", "% of a step", 100 * batchSize / ours * 1000 / step, 10, ("step ms", step));
    }

    /// <summary>Images per second of two ways that take turns of ten epochs; the first five of a turn find the other's data in the caches.</summary>
    private static (double First, double Second) Rates(Action first, Action second)
    {
        Measurement.Time(first, warmUp: 0, samples: 100); // .NET's second compilation
        var turns = Enumerable.Range(0, Epochs / 5).Select(_ => (First: Measurement.Time(first, warmUp: 5, samples: 5), Second: Measurement.Time(second, warmUp: 5, samples: 5))).ToArray();
        return (Rate(turns.SelectMany(turn => turn.First)), Rate(turns.SelectMany(turn => turn.Second)));
    }

    private static double Rate(IEnumerable<double> times) => Count / Measurement.Median([.. times.Order()]) * 1000;

    private static ImagePixels Noise(int size, int channels, SeededRandom random)
    {
        var values = new byte[size * size * channels];
        for (var i = 0; i < values.Length; i++)
            values[i] = (byte)random.NextInt32(256);
        return new ImagePixels(size, size, channels, values);
    }

    private static Action Ours(ImagePixels[] images, Preprocessing preprocessing, int batchSize)
    {
        var data = new ImageDataset(new ImagesInMemory(images), new int[Count], ["noise"]);
        var transform = new TrainingTransform(Augmentation.SmallImage, preprocessing);
        var loader = new BatchLoader(data, batchSize, preprocessing.ImageSize, preprocessing.Channels); // lives as long as the process
        var epoch = 0;
        return () =>
        {
            var now = epoch++;
            foreach (var batch in loader.Batches(
                BatchPlan.Shuffled(Count, batchSize, seed: 1, now),
                (row, target) => data.ReadView(row, transform, SeededRandom.For(1, RandomPurpose.Augmentation, now, row), target)))
            {
                _ = batch.Rows.Count;
            }
        };
    }

    /// <summary>The same in whole-batch tensor operations: each image's pixels are picked by one gather.</summary>
    private static Action Plain(ImagePixels[] images, Preprocessing preprocessing, int batchSize)
    {
        var (size, channels) = (preprocessing.ImageSize, preprocessing.Channels);
        using var scope = NewDisposeScope();
        var all = tensor(images.SelectMany(image => image.Values).ToArray()).view(Count, size, size, channels).permute(0, 3, 1, 2).contiguous();
        var mean = tensor(preprocessing.Mean.ToArray()).view(1, channels, 1, 1);
        var deviation = tensor(preprocessing.StandardDeviation.ToArray()).view(1, channels, 1, 1);
        scope.Detach(all, mean, deviation); // they live as long as the process
        return () =>
        {
            using var epochScope = NewDisposeScope();
            foreach (var rows in randperm(Count).split(batchSize))
            {
                using var batchScope = NewDisposeScope();
                var n = rows.shape[0];
                var x = (all.index_select(0, rows).to(ScalarType.Float32) - mean) / deviation;  // (n, C, H, W)
                x = nn.functional.pad(x, [4, 4, 4, 4]);                                         // (n, C, H + 8, W + 8)
                var along = arange(size);
                var i = randint(0, 9, [n, 1]) + along;                                          // (n, H)
                var j = where(rand(n, 1) < 0.5, along, size - 1 - along) + randint(0, 9, [n, 1]); // (n, W), half of them mirrored
                _ = x.permute(0, 2, 3, 1)[
                    TensorIndex.Tensor(arange(n).view(n, 1, 1)), TensorIndex.Tensor(i.unsqueeze(2)), TensorIndex.Tensor(j.unsqueeze(1))]; // (n, H, W, C)
            }
        };
    }

    /// <summary>Milliseconds of the training step that takes such batches: the demo's ResNet-20-D, or the CIFAR ResNet-18.</summary>
    private static double Step(int size, int channels, int batchSize)
    {
        var architecture = channels == 1 ? Architecture.CifarResNet(20, ResNetVariant.D) : Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar);
        using var network = MemoryFormat.ToChannelsLast(architecture.Build(10, channels, size));
        network.train();
        var recipe = TrainingRecipe.ShortBagOfTricks with { BatchSize = batchSize, Precision = Precision.BFloat16 }; // the faster one, so the larger share
        using var step = new TrainingStep(network, recipe, 10, stepsPerEpoch: 1000, seed: 1, CPU);
        var batch = new ImageBatch(
            MemoryFormat.ToChannelsLast(randn(batchSize, channels, size, size)), randint(0, 10, [batchSize], ScalarType.Int64), [.. Enumerable.Range(0, batchSize)]);
        var number = 0L;
        return Measurement.Median(Measurement.Time(() => step.Run(batch, number++), warmUp: WarmUpSteps, samples: 10));
    }
}
