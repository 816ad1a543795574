// Times training steps of one network in one way and prints the median, one process per measurement.
//
//   dotnet run -c Release --project benchmarks/Steps -- NETWORK WAY [STEPS]
//
// NETWORK: r18c (CIFAR ResNet-18, 32 px, batch 128), r18 (ResNet-18, 64 px, batch 128), r50d (ResNet-50-D, 224 px, batch 16)
// WAY: plain (a TorchSharp loop as its examples have it), float32 or bfloat16 (Tricks.Torch)
//
// benchmarks/steps.sh runs them in turn, beside PyTorch.

using System.Diagnostics;
using System.Globalization;
using Tricks.Benchmarks;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;

var (name, way, steps) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10);
var work = name switch
{
    "r18c" => new Work(Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar), ImageSize: 32, BatchSize: 128, Classes: 10),
    "r18" => new Work(Architecture.ResNet18, 64, 128, 1000),
    "r50d" => new Work(Architecture.ResNet50D, 224, 16, 1000),
    _ => throw new ArgumentException($"NETWORK is '{name}'; it must be r18c, r18 or r50d."),
};
using var training = way switch
{
    "plain" => (ITimedTraining)new PlainTraining(work),
    "float32" => new TricksTraining(work, Precision.Float32),
    "bfloat16" => new TricksTraining(work, Precision.BFloat16),
    _ => throw new ArgumentException($"WAY is '{way}'; it must be plain, float32 or bfloat16."),
};

for (var i = 0; i < 3; i++)
    training.Step();
var times = new double[steps];
for (var i = 0; i < steps; i++)
{
    var start = Stopwatch.GetTimestamp();
    training.Step();
    times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

Array.Sort(times);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {way} median {times[steps / 2]:f1} ms (min {times[0]:f1}, max {times[^1]:f1}, n = {steps})"));
