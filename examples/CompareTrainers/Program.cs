// Which trainer, which network and which recipe is best on these images, and is the difference noise?
//
//   dotnet run -c Release --project examples/CompareTrainers -- compare DATA_FOLDER OUTPUT_FOLDER [TRIALS]
//   dotnet run -c Release --project examples/CompareTrainers -- coverage OUTPUT_FILE COMPARISONS folds|splits|seeds
//
// The first compares eight candidates by five-fold cross-validation on 1,000 images of Fashion-MNIST and writes results.jsonl and
// comparison.html. TRIALS ends it after so many trials, Ctrl+C after any; the same command continues it. One candidate is made to fail.
// The second checks the intervals themselves, on some thousand trainings of a tiny network (see Coverage.cs).

using System.Diagnostics;
using System.Globalization;
using CompareTrainers;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Tricks.MLNet.Experiments;
using Tricks.Torch.Training;
using static CompareTrainers.Candidates;

if (args[0] == "coverage")
{
    Coverage.Run(args[1], int.Parse(args[2], CultureInfo.InvariantCulture), args[3]);
    return;
}

var (folder, output) = (args[1], args[2]);
int? trials = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : null;
var mlContext = new MLContext(seed: 1);
var rows = mlContext.Data.TakeRows(FashionMnist.Load(mlContext, folder), 1000);
using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true; // what is finished is kept, and the report written
    cancel.Cancel();
};

var clock = Stopwatch.StartNew();

// <snippet compare>
var data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
var recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 10, BatchSize = 32, LearningRate = 0.8 }; // 0.1 at this batch
var space = new SearchSpace<TrainingRecipe>(recipe)
    .LogUniform("LearningRate", 0.05, 4, (r, value) => r with { LearningRate = value })
    .LogUniform("WeightDecay", 1e-5, 1e-2, (r, value) => r with { WeightDecay = value })
    .Epochs(3, 10, (r, epochs) => r with { Epochs = epochs });

var comparison = mlContext.MulticlassClassification.CompareTrainers(
    data,
    [
        new TrainerCandidate("ResNet-8-D, short recipe", context => Network(context, recipe)),
        new TrainerCandidate("ResNet-8-D, the same under other seeds", context => Network(context, recipe)) { SeedOffset = 1000 },
        TrainerCandidate.Of("ResNet-8-D, with mixup", recipe with { MixupAlpha = 0.2 }, Network),
        TrainerCandidate.Of("ResNet-8-D, step decay", recipe with { Decay = LearningRateDecay.Step }, Network),
        TrainerCandidate.Of("ResNet-8-D, rate 1e30 (made to fail)", recipe with { LearningRate = 1e30, WarmupEpochs = 0 }, Network),
        TrainerCandidate.SearchOf("ResNet-8-D, searched rate and decay", space, Network, samples: 6),
        new TrainerCandidate("ML.NET SDCA on pixels", context => Pixels(context).Append(
            context.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
            {
                FeatureColumnName = "Pixels",
                NumberOfThreads = 1, // more threads: other results each time
            }))),
        new TrainerCandidate("ML.NET L-BFGS on pixels", context => Pixels(context).Append(
            context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(featureColumnName: "Pixels"))),
    ],
    new ComparisonOptions
    {
        Folds = 5,
        ResultsPath = Path.Combine(output, "results.jsonl"), // the same call continues an interrupted comparison
        TrialBudget = trials,
        Progress = new ConsoleTrialProgress(),
        CancellationToken = cancel.Token,
    });

Console.WriteLine(comparison.ToMarkdown());
comparison.SaveHtml(Path.Combine(output, "comparison.html"), "Fashion-MNIST, 1,000 images: which trainer?");
// </snippet>
Console.WriteLine($"{clock.Elapsed.TotalSeconds:f0} s; the page is {Path.Combine(output, "comparison.html")}");
