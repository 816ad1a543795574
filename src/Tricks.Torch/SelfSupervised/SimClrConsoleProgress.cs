using System.Globalization;

namespace Tricks.Torch.SelfSupervised;

/// <summary>One line per epoch of pretraining: loss, embeddings, probe, learning rate, time.</summary>
/// <param name="writer">Where to write; the console by default.</param>
public sealed class SimClrConsoleProgress(TextWriter? writer = null) : IProgress<SimClrEpoch>
{
    private readonly TextWriter _writer = writer ?? Console.Out;
    private bool _begun;

    /// <inheritdoc/>
    public void Report(SimClrEpoch value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!_begun)
            _writer.WriteLine("   epoch   loss  alignment  uniformity  positives first   k-NN  linear      rate      time  images/s");
        _begun = true;
        var (knn, linear) = value.Probe is { } probe ? (Share(probe.KnnAccuracy), Share(probe.LinearAccuracy)) : ("-", "-");
        var (alignment, uniformity, first) = value.Embeddings;
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Epoch,4}/{value.Epochs,-3} {value.Loss,6:f4} {alignment,10:f4} {uniformity,11:f4} {first,16:f4} {knn,6} {linear,7} {value.LearningRate,9:f5} {value.TrainingTime.TotalSeconds,7:f1} s {value.ImagesPerSecond,9:f0}"));
    }

    private static string Share(double value) => value.ToString("f4", CultureInfo.InvariantCulture);
}
