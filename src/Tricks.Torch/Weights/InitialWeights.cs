using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>Weights that a network starts from, in place of random ones.</summary>
/// <remarks>
/// Names are torchvision's and timm's. A classifier with another number of classes than the weights keep the
/// fresh values of the network; a gray network's first convolution gets the sum of the weights for red, green and blue;
/// a missing <c>num_batches_tracked</c> becomes 0. Everything else that does not match is a
/// <see cref="WeightsMismatchException"/>. With <c>using static Tricks.Torch.Weights.InitialWeights</c> an option reads
/// <c>InitialWeights = WeightsFile("resnet50d.safetensors")</c>.
/// </remarks>
public abstract record InitialWeights
{
    private protected InitialWeights()
    {
    }

    /// <summary>
    /// Whether weights may be loaded into an architecture that has the same names but computes something else. Default false:
    /// published ResNet weights are variant B, so variant A, whose strides stand elsewhere, refuses them.
    /// </summary>
    public bool AllowOtherVariant { get; init; }

    /// <summary>Weights of a file.</summary>
    /// <param name="path">A safetensors file, or a state dictionary of PyTorch (.pth, .pt). A <c>config.json</c> beside it (timm's) gives the preprocessing where the user sets none.</param>
    public static InitialWeights WeightsFile(string path) => new FileWeights(path);

    /// <summary>Weights of a file on a server, kept in a cache; see <see cref="WeightsDownload"/>.</summary>
    /// <param name="url">http or https; a safetensors file, or a state dictionary of PyTorch.</param>
    /// <param name="sha256">The file's SHA-256 or at least its first 8 digits, hexadecimal; null takes those in its name, as in <c>resnet18-f37072fd.pth</c>.</param>
    /// <param name="download">Cache, offline mode, progress; null for the defaults.</param>
    public static InitialWeights WeightsUrl(string url, string? sha256 = null, DownloadOptions? download = null) =>
        new UrlWeights(url, sha256, download ?? new DownloadOptions());

    /// <summary>Published weights by name, trained on ImageNet, downloaded and kept in a cache.</summary>
    /// <param name="name">One of <see cref="PretrainedNames"/>, such as <c>resnet50.tv2_in1k</c>; without the tag, <c>resnet50</c>, the first of that architecture.</param>
    /// <param name="download">Cache, offline mode, progress; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists what is known.</exception>
    public static InitialWeights Pretrained(string name, DownloadOptions? download = null)
    {
        var model = PretrainedModel.Find(name)
            ?? throw new ArgumentException($"'{name}' names no published weights. Known are {string.Join(", ", PretrainedNames)}.", nameof(name));
        return new UrlWeights(model.Url, Sha256: null, download ?? new DownloadOptions()) { Model = model };
    }

    /// <summary>The names that <see cref="Pretrained"/> knows.</summary>
    public static IReadOnlyList<string> PretrainedNames { get; } = [.. PretrainedModel.All.Select(model => model.Name)];

    /// <summary>The weights that a network has at the time they are needed; it stays the caller's and is not changed.</summary>
    /// <param name="network">A trained network, on any device.</param>
    /// <param name="architecture">What it is, so that variants of equal names are told apart; null when it is not known.</param>
    public static InitialWeights FromNetwork(nn.Module network, Architecture? architecture = null) => new NetworkWeights(network, architecture);

    /// <summary>Loads the weights into a network.</summary>
    /// <param name="network">Initialised afresh: what is reset keeps its values.</param>
    /// <param name="architecture">What the network is.</param>
    /// <param name="classes">The number of its classes.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <returns>What was loaded, and what was not.</returns>
    /// <exception cref="WeightsFileException">The weights cannot be read.</exception>
    /// <exception cref="WeightsMismatchException">They do not fit; the network is unchanged.</exception>
    public InitialWeightsReport LoadInto(
        nn.Module network, Architecture architecture, int classes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(architecture);
        using var weights = Open(cancellationToken);
        return weights.CopyTo(network, architecture, classes);
    }

    /// <summary>Reads the weights, or copies them from where they are.</summary>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="WeightsFileException">The weights cannot be read.</exception>
    internal abstract OpenedWeights Open(CancellationToken cancellationToken);

    /// <summary>One sentence for everything that can be known to be wrong before anything is read.</summary>
    internal virtual IEnumerable<string> Faults() => [];
}
