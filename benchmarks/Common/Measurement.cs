using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tricks.Benchmarks;

/// <summary>One line of JSON per measurement on standard output; benchmarks/summary.py gathers them.</summary>
internal static class Measurement
{
    /// <summary>Prints a measurement: what was done, in which way, and its value.</summary>
    /// <param name="bench">The benchmark, such as "steps".</param>
    /// <param name="work">What is done, the same for all ways that are compared.</param>
    /// <param name="way">How it is done.</param>
    /// <param name="unit">Of the value.</param>
    /// <param name="value">The median of the samples, or the only one.</param>
    /// <param name="samples">Number of samples in this process.</param>
    /// <param name="more">Further numbers, by name.</param>
    public static void Print(string bench, string work, string way, string unit, double value, int samples, params IEnumerable<(string Name, double Value)> more)
    {
        var line = new JsonObject { ["bench"] = bench, ["work"] = work, ["way"] = way, ["unit"] = unit, ["value"] = Rounded(value), ["samples"] = samples };
        foreach (var (name, number) in more)
            line[name] = Rounded(number);
        Console.WriteLine(line.ToJsonString(JsonSerializerOptions.Default));
    }

    /// <summary>Runs the action so often for warm-up, then so often under the clock; milliseconds, sorted.</summary>
    public static double[] Time(Action action, int warmUp, int samples)
    {
        for (var i = 0; i < warmUp; i++)
            action();
        var times = new double[samples];
        for (var i = 0; i < samples; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>The middle of sorted values.</summary>
    public static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static double Rounded(double value) => value == 0 || !double.IsFinite(value) ? 0 : Math.Round(value, Math.Max(0, 4 - (int)Math.Log10(Math.Abs(value))));
}
