using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Images;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

using static TorchSharp.torch;

namespace Tricks.MLNet.Tests;

/// <summary>Untrained models whose scores differ clearly between images.</summary>
internal static class TestModel
{
    public static readonly string[] ClassNames = ["cat", "dog", "owl", "pig"];

    public static ImageScoringTransformer Create(
        MLContext context,
        string imageColumn = "ImagePath",
        int batchSize = 32,
        int channels = 3,
        UnreadableImagePolicy policy = UnreadableImagePolicy.Throw,
        ClassLabels? classes = null,
        Interpolation interpolation = Interpolation.Bilinear)
    {
        var labels = classes ?? ClassLabels.FromNames(ClassNames);
        return new ImageScoringTransformer(context, Classifier(labels.Count, channels, interpolation), labels, new ScoringOptions
        {
            Columns = new ScoringColumns(Image: imageColumn),
            ImageKind = ImageColumnKind.Path,
            BatchSize = batchSize,
            UnreadableImages = policy,
            TrainingRecord = """{"recipe":"none"}""",
        });
    }

    private static ImageClassifier Classifier(int classes, int channels, Interpolation interpolation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(1);
        var architecture = Architecture.CifarResNet(8);
        var network = architecture.Build(classes, channels, TestImages.Size);
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.StartsWith("fc", StringComparison.Ordinal))
                parameter.mul_(5); // spreads the scores
        }

        var preprocessing = Preprocessing.ImageNet(TestImages.Size, channels) with { Interpolation = interpolation };
        return new ImageClassifier(network, architecture, preprocessing, classes);
    }

    public static IDataView Paths(MLContext context, IEnumerable<string> paths) =>
        context.Data.LoadFromEnumerable(paths.Select((path, i) => new PathRow { ImagePath = path, Number = i }).ToList());

    public static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    /// <summary>Equal bit for bit.</summary>
    public static void AssertSame(float[][] expected, float[][] actual) => AssertClose(expected, actual, tolerance: 0);

    /// <summary>Equal within a tolerance.</summary>
    public static void AssertClose(float[][] expected, float[][] actual, float tolerance = 1e-6f)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            for (var c = 0; c < expected[i].Length; c++)
                Assert.IsLessThanOrEqualTo(tolerance, MathF.Abs(expected[i][c] - actual[i][c]), $"image {i}, class {c}");
        }
    }
}

internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";

    public int Number { get; set; }
}

internal sealed class Prediction
{
    public string ImagePath { get; set; } = "";

    public int Number { get; set; }

    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }
}
