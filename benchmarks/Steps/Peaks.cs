using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Benchmarks;

/// <summary>The most that libtorch's operators reach on this machine: GFLOP/s of matrix products and 3x3 convolutions.</summary>
internal static class Peaks
{
    private const int Samples = 15;
    private static readonly int[] Sizes = [1024, 2048, 4096];
    private static readonly (int Channels, int Size)[] Shapes = [(64, 56), (128, 28), (256, 14)];

    public static void Print(bool bfloat16)
    {
        TorchBackend.EnsureLoaded();
        using var noGradient = no_grad();
        ScalarType[] types = bfloat16 ? [ScalarType.BFloat16, ScalarType.Float32] : [ScalarType.Float32];
        foreach (var type in types)
        {
            var name = type == ScalarType.BFloat16 ? "bfloat16" : "float32";
            Print(name, "matrix product", [.. Sizes.Select(size => MatrixProduct(size, type))]);
            Print(name, "3x3 convolution", [.. Shapes.Select(shape => Convolution(shape.Channels, shape.Size, type))]);
        }
    }

    /// <summary>GFLOP/s of the matrix product now: the machine's speed changes from minute to minute.</summary>
    public static double MatrixProductNow(ScalarType type)
    {
        using var noGradient = no_grad();
        return Sizes.Max(size => MatrixProduct(size, type, samples: 3));
    }

    /// <summary>A peak is what was reached once, so the fastest sample of the best shape counts.</summary>
    private static void Print(string type, string what, double[] rates) => Measurement.Print("peak", type, what, "GFLOP/s", rates.Max(), Samples);

    private static double MatrixProduct(int size, ScalarType type, int samples = Samples)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(size, size).to(type), randn(size, size).to(type));
        return 2.0 * size * size * size / Fastest(() => a.mm(b), samples);
    }

    private static double Convolution(int channels, int size, ScalarType type)
    {
        const int Batch = 64;
        using var scope = NewDisposeScope();
        var x = MemoryFormat.ToChannelsLast(randn(Batch, channels, size, size)).to(type);
        var weight = MemoryFormat.ToChannelsLast(randn(channels, channels, 3, 3)).to(type);
        return 2.0 * Batch * size * size * channels * channels * 9 / Fastest(() => functional.conv2d(x, weight, padding: [1, 1]), Samples);
    }

    /// <summary>Nanoseconds.</summary>
    private static double Fastest(Func<Tensor> compute, int samples) => 1e6 * Measurement.Time(() => compute().Dispose(), warmUp: 2, samples)[0];
}
