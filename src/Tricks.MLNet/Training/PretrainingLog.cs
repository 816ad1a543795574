using Tricks.MLNet.Interop;
using Tricks.Torch.SelfSupervised;

namespace Tricks.MLNet.Training;

/// <summary>Each epoch of a pretraining to ML.NET's log and to the user's progress.</summary>
internal sealed class PretrainingLog(HostLog log, IProgress<SimClrEpoch>? progress) : IProgress<SimClrEpoch>
{
    public void Report(SimClrEpoch value)
    {
        var probe = value.Probe is { } p ? $", k-NN accuracy {p.KnnAccuracy:f4}, linear accuracy {p.LinearAccuracy:f4}" : "";
        log.Info("Pretraining", FormattableString.Invariant(
            $"Epoch {value.Epoch} of {value.Epochs}: loss {value.Loss:f4}, alignment {value.Embeddings.Alignment:f4}, uniformity {value.Embeddings.Uniformity:f4}, positives first {value.Embeddings.PositivesFirst:f4}{probe}"));
        progress?.Report(value);
    }
}
