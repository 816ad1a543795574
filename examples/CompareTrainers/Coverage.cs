using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet;
using Tricks.MLNet.Experiments;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;

namespace CompareTrainers;

/// <summary>How often the intervals of a comparison hold the true difference, on real trainings of a tiny network.</summary>
/// <remarks>
/// <para>The images are drawn from a source without end: 8 x 8 pixels, three kinds of stripes under noise. Two recipes are compared, which
/// differ in their epochs and their rate.</para>
/// <para>Folds: each simulated comparison draws 60 new images and compares the recipes on 5 folds of them. The true difference, what the
/// recipes differ by on average when they learn from 48 images, is the mean over all comparisons, each of which estimates it without bias.</para>
/// <para>Splits: the same with 15 random splits and longer trainings, whose outcome depends more on the images and less on the seed.</para>
/// <para>Seeds: one training set and one test set; each simulated comparison has 5 new seeds. The true difference is the mean over all seeds.</para>
/// <para>Noise: the same recipe against itself under other seeds; the true difference is 0.</para>
/// </remarks>
internal static class Coverage
{
    private const int Size = 8;

    private static readonly string[] Kinds = ["horizontal", "vertical", "diagonal"];

    private static readonly TrainingRecipe Weak = TrainingRecipe.ShortBagOfTricks with { Epochs = 2, BatchSize = 8, LearningRate = 1 };

    private static readonly TrainingRecipe Strong = Weak with { Epochs = 3, LearningRate = 2 };

    private static readonly TrainingRecipe Long = Weak with { Epochs = 10 };

    private static readonly TrainingRecipe Slow = Long with { LearningRate = 0.2 };

    /// <param name="output">The table is appended to it.</param>
    /// <param name="comparisons">For each simulation.</param>
    /// <param name="simulation">folds, splits or seeds.</param>
    public static void Run(string output, int comparisons, string simulation)
    {
        TorchBackend.EnsureLoaded();
        TorchSharp.torch.set_num_threads(1);
        var text = new StringBuilder();
        text.AppendLine("| simulation | interval | comparisons | true difference | intervals that hold it | mean width |");
        text.AppendLine("|---|---|---|---|---|---|");
        if (simulation == "folds")
        {
            Write("5 folds of 60 new images", Simulate(comparisons, Weak, Strong, context => Images(context.Context, 60, context.Number), _ => new ComparisonOptions { Folds = 5 }));
        }
        else if (simulation == "splits")
        {
            Write("15 splits of 60 new images", Simulate(comparisons, Long, Slow, context => Images(context.Context, 60, context.Number), _ => new ComparisonOptions { Repeats = 15 }));
        }
        else
        {
            Write("5 seeds on one training and test set", Simulate(
                comparisons, Weak, Strong, context => Images(context.Context, 60, -1), context => new ComparisonOptions { TestSet = Images(context.Context, 300, -2), Repeats = 5 }));
        }

        void Write(string name, List<TrainerComparison> simulated)
        {
            List<PairedComparison> Of(string candidate) => simulated.ConvertAll(c => c.Leaderboard.Single(r => r.Name == candidate).Comparison!);
            Report(text, name + ", two recipes", Of("second"), null);
            Report(text, name + ", a recipe against itself under other seeds", Of("itself"), 0);
            File.AppendAllText(output, text.ToString());
            Console.WriteLine(text);
        }
    }

    private static List<TrainerComparison> Simulate(
        int comparisons,
        TrainingRecipe first,
        TrainingRecipe second,
        Func<(MLContext Context, int Number), IDataView> data,
        Func<(MLContext Context, int Number), ComparisonOptions> options)
    {
        var results = new List<TrainerComparison>();
        for (var i = 0; i < comparisons; i++)
        {
            var context = new MLContext(seed: i);
            results.Add(context.MulticlassClassification.CompareTrainers(
                data((context, i)),
                [
                    new TrainerCandidate("first", c => Network(c, first)),
                    new TrainerCandidate("second", c => Network(c, second)),
                    new TrainerCandidate("itself", c => Network(c, first)) { SeedOffset = 1000 },
                ],
                options((context, i))));
            if (i % 20 == 19)
                Console.WriteLine($"{i + 1} of {comparisons}");
        }

        return results;
    }

    private static void Report(StringBuilder text, string name, List<PairedComparison> comparisons, double? truth)
    {
        var value = truth ?? comparisons.Average(c => c.Difference);
        Line("as reported", c => 1);
        if (comparisons[0].Method == IntervalMethod.CorrectedResampledT)
            Line("without the correction", c => Math.Sqrt(1.0 / c.N) * c.StandardDeviation / c.StandardError);

        void Line(string interval, Func<PairedComparison, double> factor)
        {
            // Without any spread both widths are 0, and their ratio is not needed.
            double Half(PairedComparison c) => c.StandardError == 0 ? 0 : (c.Upper - c.Lower) / 2 * factor(c);
            var holding = comparisons.Count(c => Math.Abs(c.Difference - value) <= Half(c) + 1e-12);
            var width = 2 * comparisons.Average(Half);
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {interval} | {comparisons.Count} | {100 * value:+0.00;-0.00;0} points | {holding} ({100.0 * holding / comparisons.Count:f1} %) | {100 * width:f1} points |"));
        }
    }

    private static ConvNetTrainer Network(MLContext context, TrainingRecipe recipe) => context.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = "Image",
        Architecture = Architecture.CifarResNet(8),
        ImageSize = Size,
        Channels = 1,
        Recipe = recipe,
        ValidationFraction = 0,
        Workers = 1,
    });

    /// <summary>Striped images under noise, as many of each kind; a function of the number of the data set.</summary>
    private static IDataView Images(MLContext context, int count, int dataSet)
    {
        var rows = Enumerable.Range(0, count).Select(i => new Row { Image = Pixels(new SeededRandom(dataSet, i), i % 3), Label = Kinds[i % 3] });
        var view = context.Data.LoadFromEnumerable(rows.ToArray());
        // The key's values come from a list, so that the classes have the same numbers in every data set.
        var keys = context.Data.LoadFromEnumerable(Kinds.Select(kind => new Kind { Label = kind }).ToArray());
        return context.Transforms.Conversion.MapValueToKey("Label", keyData: keys).Fit(view).Transform(view);
    }

    private static float[] Pixels(SeededRandom random, int kind)
    {
        var pixels = new float[Size * Size];
        var phase = random.NextInt32(4);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % Size, i / Size);
            var place = (kind switch { 0 => y, 1 => x, _ => x + y }) + phase;
            pixels[i] = (float)Math.Clamp((place / 2 % 2 * 90) + 80 + (60 * random.NextGaussian()), 0, 255);
        }

        return pixels;
    }

    private sealed class Row
    {
        [VectorType(1, Size, Size)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Kind
    {
        public string Label { get; set; } = "";
    }
}
