// Times training steps of one network in one way, one process per measurement; or the machine's peaks and the steps' operations.
//
//   dotnet run -c Release --project benchmarks/Steps -- NETWORK WAY [STEPS [after-scoring]]
//   dotnet run -c Release --project benchmarks/Steps -- peaks
//
// NETWORK: r18c (CIFAR ResNet-18, 32 px, batch 128), r18 (ResNet-18, 64 px, batch 128), r50d (ResNet-50-D, 224 px, batch 16),
//          demo (CIFAR ResNet-20-D, 28 px gray, batch 64)
// WAY: plain (a TorchSharp loop as its examples have it; not of demo), float32 or bfloat16 (Tricks.Torch)
// after-scoring: the process has scored a batch of images first, as between two trainings of a comparison
//
// benchmarks/steps.sh runs them in turn, beside PyTorch.

using System.Diagnostics;
using System.Globalization;
using Tricks.Benchmarks;
using Tricks.Torch.Runtime;

const int WarmUp = 3; // the allocator's pages, oneDNN's primitives

if (args[0] == "peaks")
{
    Peaks.Print();
    foreach (var network in Work.Names)
        Measurement.Print("work", network, "model", "GFLOP", Work.Of(network).StepGigaflops, 1);
    return;
}

var (name, way, steps) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10);
var work = Work.Of(name);
if (args is [_, _, _, "after-scoring"])
    Scoring.Once(work);
using var training = way switch
{
    "plain" => (ITimedTraining)new PlainTraining(work),
    "float32" => new TricksTraining(work, Precision.Float32),
    "bfloat16" => new TricksTraining(work, Precision.BFloat16),
    _ => throw new ArgumentException($"WAY is '{way}'; it must be plain, float32 or bfloat16."),
};
for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(4);) // .NET's second compilation, which takes a processor from the first steps
    training.Step();
var times = Measurement.Time(training.Step, WarmUp, steps);
Measurement.Print("steps", name, way == "plain" ? "TorchSharp plain" : $"ours {way}", "ms", Measurement.Median(times), steps, ("min", times[0]), ("max", times[^1]));
