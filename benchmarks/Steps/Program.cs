// Times training steps of one network in one way, one process per measurement; or the machine's peaks and the steps' operations.
//
//   dotnet run -c Release --project benchmarks/Steps -- NETWORK WAY [STEPS [after-scoring]]
//   dotnet run -c Release --project benchmarks/Steps -- NETWORK WAY STEPS utilisation
//   dotnet run -c Release --project benchmarks/Steps -- peaks [float32]
//
// NETWORK: r18c (CIFAR ResNet-18, 32 px, batch 128), r18 (ResNet-18, 64 px, batch 128), r50d (ResNet-50-D, 224 px, batch 16),
//          demo (CIFAR ResNet-20-D, 28 px gray, batch 64)
// WAY: plain (a TorchSharp loop as its examples have it; not of demo), float32 or bfloat16 (Tricks.Torch)
// peaks float32: without bfloat16, whose emulation takes many minutes on a processor without avx512
// utilisation: the share of the matrix product's peak that a step reaches, each step beside a peak of its own moment
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
    Peaks.Print(bfloat16: args is not [_, "float32"]);
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
if (args is [_, _, _, "utilisation"])
{
    var shares = Array.ConvertAll(Enumerable.Range(0, steps).ToArray(), _ => Share());
    Array.Sort(shares);
    Measurement.Print("utilisation", name, $"ours {way}", "% of the matrix product's peak", Measurement.Median(shares), steps, ("min", shares[0]), ("max", shares[^1]));
    return;
}

var times = Measurement.Time(training.Step, WarmUp, steps);
Measurement.Print("steps", name, way == "plain" ? "TorchSharp plain" : $"ours {way}", "ms", Measurement.Median(times), steps, ("min", times[0]), ("max", times[^1]));

// Two steps, so that the second finds its own data in the caches, between two peaks.
double Share()
{
    var type = way == "bfloat16" ? TorchSharp.torch.ScalarType.BFloat16 : TorchSharp.torch.ScalarType.Float32;
    var before = Peaks.MatrixProductNow(type);
    var milliseconds = Measurement.Time(training.Step, warmUp: 1, samples: 1)[0];
    var peak = (before + Peaks.MatrixProductNow(type)) / 2;
    return 100 * work.StepGigaflops / milliseconds * 1000 / peak;
}
