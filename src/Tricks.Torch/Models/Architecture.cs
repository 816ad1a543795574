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
    /// <param name="imageSize">Input height and width in pixels; null for <see cref="DefaultImageSize"/>.</param>
    /// <returns>The network, owned by the caller. Its <c>state_dict</c> keys are timm's or torchvision's.</returns>
    public abstract Module<Tensor, Tensor> Build(int classes, int inputChannels = 3, int? imageSize = null);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
