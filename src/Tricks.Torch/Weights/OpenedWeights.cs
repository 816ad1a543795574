using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Named weights with what is known about them. Its owner disposes it, and with it the tensors.</summary>
internal sealed class OpenedWeights(
    string source, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata) : IDisposable
{
    /// <summary>The string of a file's metadata that names the architecture.</summary>
    internal const string ArchitectureKey = "architecture";

    /// <summary>Where they came from, for messages.</summary>
    internal string Source { get; } = source;

    /// <summary>On the CPU, under the names that they have in the file.</summary>
    internal IReadOnlyList<NamedTensor> Tensors { get; } = tensors;

    /// <summary>The name of the architecture that they were trained for; null when the file does not say.</summary>
    internal string? Architecture { get; } = metadata.GetValueOrDefault(ArchitectureKey);

    /// <summary><see cref="InitialWeights.AllowOtherVariant"/>.</summary>
    internal bool AllowOtherVariant { get; init; }

    /// <summary>Copies them into a network, all or nothing.</summary>
    /// <param name="network">Initialised afresh.</param>
    /// <param name="architecture">What it is.</param>
    /// <param name="classes">The number of its classes.</param>
    /// <param name="headRows">Rows of the network's classifier (keys) that get a row of the weights' classifier (values), the others beginning afresh; null takes the classifier as a whole where it fits.</param>
    /// <exception cref="WeightsMismatchException">They do not fit; the network is unchanged.</exception>
    internal InitialWeightsReport CopyTo(
        nn.Module network, Architecture architecture, int classes, IReadOnlyDictionary<int, int>? headRows = null) =>
        WeightsTransfer.Copy(this, network, architecture, classes, headRows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors)
            tensor.Dispose();
    }
}
