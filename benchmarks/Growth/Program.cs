// How time and memory grow with the number of images and of classes; one process per point, lines of JSON.
//
//   dotnet run -c Release --project benchmarks/Growth -- images COUNT DATA_FOLDER    one epoch of LeNet-5 through Fit, the rows repeated
//   dotnet run -c Release --project benchmarks/Growth -- classes COUNT               steps of ResNet-18, 64 px, batch 32
//
// benchmarks/growth.sh runs all points; benchmarks/plot.py draws them.

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

var count = int.Parse(args[1], CultureInfo.InvariantCulture);
if (args[0] == "images")
    Images(args[2]);
else
    Classes();

void Images(string folder)
{
    TorchBackend.EnsureLoaded();
    var set = IdxFile.Read(Path.Combine(folder, "train-images-idx3-ubyte.gz"), Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
    var mlContext = new MLContext(seed: 1);
    var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => i % set.Count).Select(i =>
        new Row { Image = Array.ConvertAll(set.Image(i).Values, v => (float)v), Label = set.Label(i) }));
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
        {
            ImageColumnName = "Image",
            Architecture = Architecture.LeNet5,
            ImageSize = 28,
            Channels = 1,
            Recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 1 },
        }));
    var before = PeakMegabytes();
    var clock = Stopwatch.StartNew();
    using var model = pipeline.Fit(rows);
    Measurement.Print("growth images", Text(count), "ours", "us/image", clock.Elapsed.TotalMicroseconds / count, 1, ("peak MB", PeakMegabytes()), ("MB before", before));
}

void Classes()
{
    TorchBackend.EnsureLoaded();
    using var network = MemoryFormat.ToChannelsLast(Architecture.ResNet18.Build(count, imageSize: 64));
    network.train();
    var recipe = TrainingRecipe.ShortBagOfTricks with { BatchSize = 32, Precision = Precision.BFloat16 };
    using var step = new TrainingStep(network, recipe, count, stepsPerEpoch: 100, seed: 1, CPU);
    var batch = new ImageBatch(MemoryFormat.ToChannelsLast(randn(32, 3, 64, 64)), randint(0, count, [32], ScalarType.Int64), [.. Enumerable.Range(0, 32)]);
    var number = 0L;
    var times = Measurement.Time(() => step.Run(batch, number++), warmUp: 5, samples: 20);
    Measurement.Print("growth classes", Text(count), "ours", "ms/step", Measurement.Median(times), times.Length, ("peak MB", PeakMegabytes()));
}

static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

static double PeakMegabytes() => Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;

/// <summary>A gray image of 28 x 28 pixels, 0..255.</summary>
internal sealed class Row
{
    [Microsoft.ML.Data.VectorType(1, 28, 28)]
    public float[] Image { get; set; } = [];

    public string Label { get; set; } = "";
}
