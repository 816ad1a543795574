using Tricks.Torch.Models;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Named weights with what is known about them. Its owner disposes it, and with it the tensors.</summary>
/// <param name="Source">Where they came from, for messages.</param>
/// <param name="Tensors">On the CPU, under the names that they have there.</param>
internal sealed record OpenedWeights(string Source, IReadOnlyList<NamedTensor> Tensors) : IDisposable
{
    /// <summary>The name of the architecture that they were trained for; null when nobody says.</summary>
    internal string? Architecture { get; init; }

    /// <summary>What the images looked like that they were trained on; null when nobody says.</summary>
    internal PretrainedConfig? Config { get; init; }

    /// <summary><see cref="InitialWeights.AllowOtherVariant"/>.</summary>
    internal bool AllowOtherVariant { get; init; }

    /// <summary>What the images looked like, for a network: <see cref="Config"/>, or what is known of published weights.</summary>
    internal PretrainedConfig? ConfigFor(Architecture architecture) =>
        Config ?? (Architecture is null && architecture.Name == InceptionV3Architecture.FullName ? PretrainedConfig.Inception : null);

    /// <summary>Copies them into a network, all or nothing.</summary>
    /// <param name="network">Initialised afresh.</param>
    /// <param name="architecture">What it is.</param>
    /// <param name="classes">The number of its classes.</param>
    /// <param name="preprocessing">What its images will look like, see <see cref="InputTransform"/>; null when it is not known.</param>
    /// <param name="headRows">Rows of the network's classifier (keys) that get a row of the weights' classifier (values), the others beginning afresh; null takes the classifier as a whole where it fits.</param>
    /// <exception cref="WeightsMismatchException">They do not fit; the network is unchanged.</exception>
    internal InitialWeightsReport CopyTo(
        nn.Module network,
        Architecture architecture,
        int classes,
        Preprocessing? preprocessing = null,
        IReadOnlyDictionary<int, int>? headRows = null) =>
        WeightsTransfer.Copy(this, network, architecture, classes, preprocessing, headRows);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors)
            tensor.Dispose();
    }
}
