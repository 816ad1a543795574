using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Transforms;

/// <summary>Short pretrainings with other views, rates and temperatures, told apart by training images alone.</summary>
internal static class ViewSearch
{
    private const int Seed = 11;        // none of those that are reported
    private const int Unlabelled = 20_000;
    private const int Draws = 20;       // of ten labelled images a class

    private static readonly ViewAugmentation Weak = new() { CropArea = (0.2, 1), GrayscaleProbability = 0 };
    private static readonly ViewAugmentation Taken = Weak with { CropArea = (0.4, 1), JitterStrength = 1 };
    private static readonly ViewAugmentation Always = Taken with { JitterProbability = 1 };

    private static readonly (string Name, ViewAugmentation Views, double Temperature, double Rate)[] Candidates =
    [
        ("crop 0.2, jitter 0.5", Weak, 0.2, 0.3),
        ("crop 0.5, jitter 0.5", Weak with { CropArea = (0.5, 1) }, 0.2, 0.3),
        ("crop 0.5, jitter 0.5, no change of shape", Weak with { CropArea = (0.5, 1), CropAspectRatio = (1 / 1.0001, 1.0001) }, 0.2, 0.3),
        ("crop 0.2, no jitter", Weak with { JitterProbability = 0 }, 0.2, 0.3),
        ("crop 0.5, no jitter", Weak with { CropArea = (0.5, 1), JitterProbability = 0 }, 0.2, 0.3),
        ("crop 0.2, jitter 1", Weak with { JitterStrength = 1 }, 0.2, 0.3),
        ("crop 0.2, jitter 0.5, temperature 0.1", Weak, 0.1, 0.3),
        ("crop 0.2, jitter 0.5, rate 0.6", Weak, 0.2, 0.6),
        ("crop 0.4, jitter 1", Taken, 0.2, 0.3),
        ("crop 0.4, jitter 1 always", Always, 0.2, 0.3),
        ("crop 0.4, jitter 1.6 always", Always with { JitterStrength = 1.6 }, 0.2, 0.3),
        ("crop 0.4, jitter 1 always, rate 0.8", Always, 0.2, 0.8),
        ("crop 0.4, jitter 1 always, temperature 0.1", Always, 0.1, 0.3),
        ("crop 0.4, jitter 1, temperature 0.1", Taken, 0.1, 0.3),
        ("crop 0.4, jitter 1 always, no flip", Always with { FlipProbability = 0 }, 0.2, 0.3),
    ];

    /// <summary>Prints the accuracy of each candidate whose name begins so.</summary>
    public static void Run(ImageDataset train, Architecture architecture, SimClrRecipe recipe, Preprocessing preprocessing, string beginning)
    {
        var unlabelled = new ImagesInMemory([.. Enumerable.Range(0, Unlabelled).Select(train.Read)]);
        var labelled = train.Subset([.. Enumerable.Range(50_000, 6000)]);
        foreach (var (name, views, temperature, rate) in Candidates.Where(candidate => candidate.Name.StartsWith(beginning, StringComparison.Ordinal)))
        {
            using var encoder = architecture.Build(1, preprocessing.Channels, preprocessing.ImageSize);
            XavierInitialisation.Apply(encoder, Seed);
            var brief = recipe with { Epochs = 3, Augmentation = views, Temperature = temperature, LearningRate = rate };
            using (var loop = new SimClrLoop(encoder, unlabelled, new SimClrLoopOptions { Recipe = brief, Preprocessing = preprocessing, Seed = Seed }))
                loop.Run();
            var accuracy = TenLabels(ImageFeatures.Extract(encoder, labelled, preprocessing));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {accuracy:f4} |"));
        }
    }

    /// <summary>The accuracy of a linear classifier of ten images a class on all others, mean over the draws.</summary>
    private static double TenLabels(ImageFeatures features) => Enumerable.Range(0, Draws).Average(draw =>
    {
        var random = new Random(draw);
        int[] order = [.. Enumerable.Range(0, features.Count).OrderBy(_ => random.Next())];
        var few = order.GroupBy(row => features.Labels[row]).SelectMany(rows => rows.Take(10)).ToHashSet();
        var classifier = LinearProbe.Fit(Rows(features, order.Where(few.Contains)), new LinearProbeOptions { WeightDecay = 0.1, Epochs = 60 });
        return classifier.Accuracy(Rows(features, order.Where(row => !few.Contains(row))));
    });

    private static ImageFeatures Rows(ImageFeatures all, IEnumerable<int> rows) => new(
        [.. rows.SelectMany(row => all.Values.AsSpan(row * all.Dimensions, all.Dimensions).ToArray())], all.Dimensions, [.. rows.Select(row => all.Labels[row])], all.Classes);
}
