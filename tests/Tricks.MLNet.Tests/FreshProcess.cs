using System.Diagnostics;

namespace Tricks.MLNet.Tests;

/// <summary>A process that knows ML.NET only, not this library's types.</summary>
internal static class FreshProcess
{
    /// <summary>Loads a model, scores the paths of a text file, and gives a line for each: class name, scores as bits.</summary>
    public static List<string> Score(string modelPath, string listPath)
    {
        // tests/Tricks.MLNet.Tests/bin/<Configuration>/<framework>/ to the same place of the other project.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            own.Parent!.Parent!.Parent!.Parent!.FullName, "ScoreInFreshProcess", "bin", own.Parent.Name, own.Name, "ScoreInFreshProcess.dll");
        var start = new ProcessStartInfo("dotnet", [program, modelPath, listPath]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
