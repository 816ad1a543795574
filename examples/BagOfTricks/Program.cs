// The tables of "Bag of Tricks for Image Classification with CNNs" (arXiv:1812.01187) in miniature: every trick alone, in the paper's order,
// over several seeds, with intervals.
//
//   dotnet run -c Release --project examples/BagOfTricks -- DATA_FOLDER OUTPUT_FOLDER [SEEDS [TABLE]]
//   dotnet run -c Release --project examples/BagOfTricks -- --full imagenet TRAIN_FOLDER VALIDATION_FOLDER OUTPUT_FOLDER [SEEDS [TABLE]]
//   dotnet run -c Release --project examples/BagOfTricks -- --full cifar10 FOLDER OUTPUT_FOLDER [SEEDS [TABLE]]
//
// The first runs on a CPU, on Fashion-MNIST; --full takes the paper's networks, batches and epochs and wants a GPU
// (-p:TorchBackend=cuda-linux). Both write report.md and a page per table, and the same command continues an interrupted run.
// TABLE, part of a title such as Inception, runs that table alone; without it, what is finished is not run again.

using System.Globalization;
using BagOfTricks;
using Microsoft.ML;

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true; // what is finished is kept, and the report written
    cancel.Cancel();
};

var full = args[0] == "--full";
var mlContext = new MLContext(seed: 1) { GpuDeviceId = full ? 0 : null, FallbackToCpu = false };
var settings = full
    ? args[1] == "imagenet" ? Settings.ImageNet(mlContext, args[2], args[3]) : Settings.Cifar10(mlContext, args[2])
    : Settings.Miniature(mlContext, args[0]);
var rest = args.Skip(!full ? 1 : args[1] == "imagenet" ? 4 : 3).ToArray();
var seeds = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 5;
new Experiment(mlContext, settings, output: rest[0], seeds, cancel.Token).Run(rest.ElementAtOrDefault(2) ?? "");
