using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A network as a value: its name, what input it takes, and how to build it.</summary>
/// <remarks>Two architectures are equal when their names are. The name is what a saved model carries.</remarks>
public abstract partial record Architecture
{
    /// <summary>The name that a saved model carries, such as <c>resnet50d</c> or <c>resnet18d_cifar</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The input height and width in pixels that the architecture was designed for.</summary>
    public abstract int DefaultImageSize { get; }

    /// <summary>The smallest input height and width in pixels that the architecture can take.</summary>
    public abstract int MinimumImageSize { get; }

    /// <summary>Builds the network with fresh weights: (N, inputChannels, H, W) to logits (N, classes).</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="inputChannels">1 (gray) or 3 (RGB).</param>
    /// <param name="imageSize">Input height and width in pixels, at least <see cref="MinimumImageSize"/>; null for <see cref="DefaultImageSize"/>.</param>
    /// <returns>
    /// The network in training mode, owned by the caller, its weights drawn by <see cref="XavierInitialisation"/> with
    /// seed 0. Its <c>state_dict</c> keys are timm's or torchvision's where these have the network (docs/architectures.md).
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range; the message names the range and the remedy.</exception>
    /// <exception cref="TorchBackendException">The native libraries cannot be used.</exception>
    public Module<Tensor, Tensor> Build(int classes, int inputChannels = 3, int? imageSize = null)
    {
        var size = imageSize ?? DefaultImageSize;
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), classes, $"{Name} needs at least 1 class.");
        if (inputChannels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputChannels), inputChannels, $"{Name} takes 1 (gray) or 3 (RGB) input channels.");
        }

        if (size < MinimumImageSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(imageSize),
                size,
                $"{Name} needs images of at least {MinimumImageSize} x {MinimumImageSize} pixels. Resize them, or take an architecture for "
                + "small images, such as one with the CIFAR stem.");
        }

        TorchBackend.EnsureLoaded();
        return Create(classes, inputChannels, size);
    }

    /// <summary>Builds the network; the arguments have been checked.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="inputChannels">1 or 3.</param>
    /// <param name="imageSize">Input height and width in pixels, at least <see cref="MinimumImageSize"/>.</param>
    /// <returns>The initialised network, owned by the caller.</returns>
    protected abstract Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize);

    /// <summary>The network with the weights of <see cref="XavierInitialisation"/> and seed 0.</summary>
    private protected static Module<Tensor, Tensor> Initialised(Module<Tensor, Tensor> network)
    {
        XavierInitialisation.Apply(network, seed: 0);
        return network;
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
