// Fits the demo's pipeline and says how long that took, how accurate the model is, and where the time went.
//
//   dotnet run -c Release --project benchmarks/DemoFit -- DATA_FOLDER [EPOCHS] [float32|bfloat16] [SEED [INITIAL_IMAGE_SCALE]]
//
// benchmarks/pytorch/demo.py is its peer: the same network, recipe, data, epochs and batch.

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Tricks.Benchmarks;
using Tricks.MLNet;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using static TorchSharp.torch;

var folder = args[0];
var epochs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 24;
var precision = args.Length > 2 && args[2] == "bfloat16" ? Precision.BFloat16 : Precision.Float32;
var mlContext = new MLContext(seed: args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1);
var scale = args.Length > 4 ? double.Parse(args[4], CultureInfo.InvariantCulture) : 1; // below 1: progressive resizing
var recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = epochs, LearningRate = 0.2, Precision = precision, InitialImageScale = scale };
var architecture = Architecture.CifarResNet(20, ResNetVariant.D);
var (way, work) = (string.Create(CultureInfo.InvariantCulture, $"ours {precision.ToString().ToLowerInvariant()}{(scale < 1 ? $", from {scale:g3} of the size" : "")}"), $"demo, {epochs} epochs");
List<EpochResult> results = [];

// examples/Demo's pipeline
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = "Image",
        Architecture = architecture,
        ImageSize = 28,
        Channels = 1,
        Recipe = recipe,
        Progress = new AtOnce(results.Add),
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var train = Images("train");
var clock = Stopwatch.StartNew();
using var model = pipeline.Fit(train);
var wall = clock.Elapsed.TotalSeconds;
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(Images("t10k")));
var training = results.Sum(epoch => epoch.TrainingTime.TotalSeconds);
var validation = results.Sum(epoch => epoch.ValidationTime.TotalSeconds);
Measurement.Print("demo Fit", work, way, "s", wall, 1, ("accuracy", metrics.MicroAccuracy), ("training", training), ("validation", validation));

var steps = results[^1].Steps;
var stepSeconds = Step() / 1000;
Measurement.Print("Fit overhead", work, way, "% of the training", 100 * (wall - training - validation) / training, 1);
Measurement.Print("loop overhead", work, way, "% of the steps", 100 * ((training / (stepSeconds * steps)) - 1), 1, ("steps", steps), ("step ms", stepSeconds * 1000));

IDataView Images(string part) => mlContext.Data.LoadFromIdx(
    Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));

// A step alone, on a batch that is there: milliseconds.
double Step()
{
    using var network = MemoryFormat.ToChannelsLast(architecture.Build(10, 1, 28));
    network.train();
    using var step = new TrainingStep(network, recipe, 10, stepsPerEpoch: 100, seed: 1, CPU);
    var batch = new ImageBatch(
        MemoryFormat.ToChannelsLast(randn(recipe.BatchSize, 1, 28, 28)), randint(0, 10, [recipe.BatchSize], ScalarType.Int64), [.. Enumerable.Range(0, recipe.BatchSize)]);
    var number = 0L;
    return Measurement.Median(Measurement.Time(() => step.Run(batch, number++), warmUp: 20, samples: 85));
}

/// <summary><see cref="Progress{T}"/> reports on another thread, perhaps after Fit.</summary>
internal sealed class AtOnce(Action<EpochResult> report) : IProgress<EpochResult>
{
    public void Report(EpochResult value) => report(value);
}
