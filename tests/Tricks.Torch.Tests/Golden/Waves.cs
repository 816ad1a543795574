using System.Text.Json;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Golden;

/// <summary>The inputs of Golden/*.py, and the recorded results.</summary>
internal static class Waves
{
    /// <summary>sin(phase + 0.7 i) over the elements in row order.</summary>
    public static Tensor Of(long[] shape, double phase, ScalarType type = ScalarType.Float64)
    {
        using var scope = NewDisposeScope();
        var length = (int)shape.Aggregate(1L, (a, b) => a * b);
        double[] values = [.. Enumerable.Range(0, length).Select(i => Math.Sin(phase + (0.7 * i)))];
        return tensor(values, shape).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>A recorded list of numbers: Golden/FILE.json, by its keys.</summary>
    public static double[] Recorded(string file, params string[] keys)
    {
        using var stream = typeof(Waves).Assembly.GetManifestResourceStream($"Tricks.Torch.Tests.Golden.{file}.json")
            ?? throw new InvalidOperationException($"{file}.json is not embedded.");
        using var document = JsonDocument.Parse(stream);
        var element = keys.Aggregate(document.RootElement, (e, key) => e.GetProperty(key));
        return [.. element.EnumerateArray().Select(e => e.GetDouble())];
    }

    /// <summary>The tolerance of a comparison with PyTorch: 1e-10 in float64, a relative 1e-5 in float32.</summary>
    public static void AssertEqual(double[] expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var tolerance = actual.dtype == ScalarType.Float64 ? 1e-10 : 1e-5 * expected.Max(Math.Abs);
        var values = actual.detach().to(ScalarType.Float64).flatten().data<double>().ToArray();
        Assert.HasCount(expected.Length, values);
        for (var i = 0; i < values.Length; i++)
            Assert.AreEqual(expected[i], values[i], tolerance, $"element {i}");
    }

    /// <summary>Two tensors of the same values, bit for bit (but for the sign of zero).</summary>
    public static bool Same(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.eq(b).all().item<bool>();
    }
}
