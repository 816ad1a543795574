using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Tests.Trainer;

/// <summary>A folder of 16 x 16 PNG files in two class folders, "vertical" and "horizontal", that vanishes with this object.</summary>
internal sealed class StripeFolder : IDisposable
{
    public const int Size = 16;

    public StripeFolder(int perClass)
    {
        Path = Directory.CreateTempSubdirectory("tricks-stripes-").FullName;
        foreach (var (name, vertical) in new[] { ("horizontal", false), ("vertical", true) })
        {
            Directory.CreateDirectory(System.IO.Path.Combine(Path, name));
            for (var i = 0; i < perClass; i++)
            {
                using var image = MLImage.CreateFromPixels(Size, Size, MLPixelFormat.Bgra32, Pixels(i, vertical));
                image.Save(System.IO.Path.Combine(Path, name, FormattableString.Invariant($"{i:D4}.png")));
            }
        }
    }

    public string Path { get; }

    /// <summary>Bgra32 pixels of gray noise with stripes.</summary>
    public static byte[] Pixels(int index, bool vertical)
    {
        var random = new SeededRandom(5, index, vertical ? 1 : 0);
        var bgra = new byte[Size * Size * 4];
        for (var i = 0; i < Size * Size; i++)
        {
            var stripe = (vertical ? i % Size : i / Size) / 2 % 2 * 120;
            bgra.AsSpan(i * 4, 3).Fill((byte)(stripe + random.NextInt32(100)));
            bgra[(i * 4) + 3] = 255;
        }

        return bgra;
    }

    /// <summary>Options under which two epochs take about a second.</summary>
    public static ConvNetTrainer.Options Options() => new()
    {
        Architecture = Architecture.CifarResNet(8, ResNetVariant.D),
        ImageSize = Size,
        Channels = 1,
        Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 2, BatchSize = 8, LearningRate = 0.5 },
        Seed = 1,
    };

    /// <summary>MapValueToKey, then the trainer.</summary>
    public static IEstimator<TransformerChain<ImageScoringTransformer>> Pipeline(MLContext context, ConvNetTrainer.Options? options = null) =>
        context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.ConvNet(options ?? Options()));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
