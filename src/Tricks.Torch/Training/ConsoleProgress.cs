using System.Globalization;

namespace Tricks.Torch.Training;

/// <summary>One line per epoch in a table: losses, accuracy, learning rate, time and images per second.</summary>
/// <param name="writer">Where to write; the console by default.</param>
public sealed class ConsoleProgress(TextWriter? writer = null) : IProgress<EpochResult>
{
    private readonly TextWriter _writer = writer ?? Console.Out;
    private bool _hasTitles; // a resumed training does not begin with epoch 1

    /// <inheritdoc/>
    public void Report(EpochResult value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!_hasTitles)
            _writer.WriteLine("   epoch   loss   val loss   val acc   val top-k   rate       time   images/s");
        _hasTitles = true;
        var (loss, accuracy, topK) = value.Validation is { } v
            ? (Number(v.Loss, "f4"), Number(v.Accuracy, "f4"), Number(v.TopKAccuracy, "f4"))
            : ("-", "-", "-");
        var seconds = (value.TrainingTime + value.ValidationTime).TotalSeconds;
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Epoch,4}/{value.Epochs,-3} {value.TrainingLoss,6:f4} {loss,10} {accuracy,9} {topK,11} {value.LearningRate,9:f5} {seconds,6:f1} s {value.ImagesPerSecond,10:f0}{(value.IsBest && value.Validation is not null ? "  best" : "")}"));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
