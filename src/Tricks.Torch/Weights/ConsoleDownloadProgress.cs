using System.Globalization;

namespace Tricks.Torch.Weights;

/// <summary>A line for every tenth of a download, and the last.</summary>
/// <param name="writer">Where to write; the console by default.</param>
public sealed class ConsoleDownloadProgress(TextWriter? writer = null) : IProgress<DownloadProgress>
{
    private const long StepWithoutTotal = 10_000_000;

    private readonly TextWriter _writer = writer ?? Console.Out;
    private long _step = -1;

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        var step = value.TotalBytes is > 0 and var total ? 10 * value.Bytes / total : value.Bytes / StepWithoutTotal;
        if (step == _step)
            return;
        _step = step;
        var of = value.TotalBytes is { } all ? $" of {Megabytes(all)}" : "";
        _writer.WriteLine($"{value.File}: {Megabytes(value.Bytes)}{of} MB");
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("f1", CultureInfo.InvariantCulture);
}
