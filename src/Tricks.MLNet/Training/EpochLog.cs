using System.Globalization;
using Tricks.MLNet.Interop;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Training;

/// <summary>Writes each epoch to <c>mlContext.Log</c> and passes it on to the user's own progress.</summary>
internal sealed class EpochLog(HostLog log, IProgress<EpochResult>? next) : IProgress<EpochResult>
{
    public void Report(EpochResult value)
    {
        var validation = value.Validation is { } metrics
            ? string.Create(CultureInfo.InvariantCulture, $", validation loss {metrics.Loss:f4}, accuracy {metrics.Accuracy:f4}{(value.IsBest ? " (best so far)" : "")}")
            : "";
        log.Info("Training", string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch} of {value.Epochs}: training loss {value.TrainingLoss:f4}{validation}, {value.ImagesPerSecond:f0} images/s"));
        next?.Report(value);
    }
}
