// The time from the start of a process to the first scored image of a saved model, and its parts.
//
//   FirstScore MODEL.zip IMAGE [PROCESSES]   starts fresh processes one after the other and prints medians
//   FirstScore child MODEL.zip IMAGE         one of them
//
// The files are in the page cache after the first process, which is not counted.

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

if (args is ["child", var modelPath, var imagePath])
    Score(modelPath, imagePath);
else
    Start(args[0], args[1], args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 5);

static void Score(string modelPath, string imagePath)
{
    using var process = Process.GetCurrentProcess();
    var started = process.StartTime;
    var times = new List<double> { (DateTime.Now - started).TotalMilliseconds };   // .NET up to Main
    var mlContext = new MLContext();
    var model = mlContext.Model.Load(modelPath, out _);
    times.Add((DateTime.Now - started).TotalMilliseconds);                         // libtorch and the model
    using var engine = mlContext.Model.CreatePredictionEngine<Photo, Prediction>(model);
    var first = engine.Predict(new Photo { ImagePath = imagePath }).Score;
    times.Add((DateTime.Now - started).TotalMilliseconds);                         // the first image
    engine.Predict(new Photo { ImagePath = imagePath });
    times.Add((DateTime.Now - started).TotalMilliseconds);                         // the second
    Console.WriteLine(string.Join(' ', times.Select(t => t.ToString("f1", CultureInfo.InvariantCulture))) + (first.Length > 0 ? "" : " no score"));
}

static void Start(string modelPath, string imagePath, int processes)
{
    var rows = Enumerable.Range(0, processes + 1).Select(_ => Child(modelPath, imagePath)).Skip(1).ToList();
    string[] parts = [".NET until Main", "libtorch and the model loaded", "first image scored", "second image scored"];
    for (var i = 0; i < parts.Length; i++)
    {
        var spans = rows.Select(row => row[i] - (i == 0 ? 0 : row[i - 1])).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parts[i],-30} {Median(spans),8:f0} ms"));
    }

    var totals = rows.Select(row => row[2]).Order().ToList();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{"process start to first score",-30} {Median(totals),8:f0} ms (min {totals[0]:f0}, max {totals[^1]:f0}, n = {processes})"));
}

static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

static double[] Child(string modelPath, string imagePath)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!, ["child", modelPath, imagePath]) { RedirectStandardOutput = true };
    using var child = Process.Start(start)!;
    var output = child.StandardOutput.ReadToEnd();
    child.WaitForExit();
    if (child.ExitCode != 0)
        throw new InvalidOperationException($"A process ended with status {child.ExitCode}.");
    return [.. output.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
}

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}

internal sealed class Prediction
{
    public float[] Score { get; set; } = [];
}
