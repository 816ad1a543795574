// Scores images from files in several ways, one process per measurement.
//
//   Scoring prepare WORK_FOLDER DATA_FOLDER   writes photographs, garments and two trained models
//   Scoring time WAY WORK_FOLDER              prints images/s of a ResNet-50 (B) at 224 px
//   Scoring agree WORK_FOLDER WAY...          compares the predictions of the ways on a net that was trained
//
// benchmarks/scoring.sh runs them in turn, with the export to ONNX between them.

using System.Diagnostics;
using System.Globalization;
using Tricks.Benchmarks;

switch (args)
{
    case ["prepare", var folder, var data]:
        Photographs.Write(Path.Combine(folder, "photos"), count: 64);
        Garments.Write(data, Path.Combine(folder, "garments"));
        Models.Train(folder);
        break;
    case ["time", var way, var folder]:
        Time(way, Work.Photographs(folder));
        break;
    case ["agree", var folder, .. var ways]:
        Agree(Work.Garments(folder), ways);
        break;
    default:
        throw new ArgumentException("See the head of benchmarks/Scoring/Program.cs.");
}

static void Time(string way, Work work)
{
    var score = Ways.Of(way, work);
    var start = Stopwatch.GetTimestamp();
    do
        score(work.Paths);
    while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3)); // until .NET has compiled what runs often
    start = Stopwatch.GetTimestamp();
    var scored = score(work.Paths);
    var rate = work.Paths.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    if (scored.Length != work.Paths.Length)
        throw new InvalidOperationException($"{way} scored {scored.Length} of {work.Paths.Length} images.");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{way} {rate:f2} images/s ({work.Paths.Length} images)"));
}

static void Agree(Work work, string[] ways)
{
    var scores = ways.ToDictionary(way => way, way => Ways.Of(way, work)(work.Paths));
    var labels = work.Labels;
    foreach (var way in ways)
    {
        var predicted = scores[way].Select(row => Array.IndexOf(row, row.Max())).ToArray();
        var equal = predicted.Zip(scores[ways[^1]].Select(row => Array.IndexOf(row, row.Max()))).Count(pair => pair.First == pair.Second);
        var difference = scores[way].Zip(scores[ways[^1]]).Max(pair => pair.First.Zip(pair.Second).Max(p => MathF.Abs(p.First - p.Second)));
        var right = predicted.Zip(labels).Count(pair => pair.First == pair.Second);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{way}: {equal} of {work.Paths.Length} predictions as {ways[^1]}, largest difference of a probability {difference:g2}, accuracy {(double)right / work.Paths.Length:f4}"));
    }
}
