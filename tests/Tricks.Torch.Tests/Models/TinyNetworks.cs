using Tricks.Torch.Models;

namespace Tricks.Torch.Tests.Models;

/// <summary>Networks with every kind of block and shortcut, in milliseconds.</summary>
internal static class TinyNetworks
{
    /// <summary>Two stages of two blocks: the first keeps the resolution, the second halves it.</summary>
    internal static ResNet Create(
        ResNetBlock block, ResNetVariant variant, Stem stem = Stem.Cifar, ShortcutKind shortcut = ShortcutKind.Projection, int inputChannels = 3) =>
        new(new ResNetOptions
        {
            Block = block,
            BlocksPerStage = [2, 2],
            Width = 8,
            Variant = variant,
            Stem = stem,
            Shortcut = shortcut,
            Classes = 7,
            InputChannels = inputChannels,
        });

    /// <summary>A ResNet v2 of two stages of two blocks, 10 classes.</summary>
    internal static ResNetV2 ResNetV2(bool bottleneck, Stem stem)
    {
        var network = new ResNetV2(bottleneck, [2, 2], stem, classes: 10, inputChannels: 3, width: 8);
        XavierInitialisation.Apply(network, seed: 0);
        return network;
    }

    /// <summary>A VGG of three stages, 10 classes: "vgg_tiny" of architectures.json.</summary>
    internal static Vgg Vgg(bool norm)
    {
        var network = new Vgg([[4, 4], [6, 6], [8, 8, 8]], norm, hidden: 20, classes: 10, inputChannels: 3);
        XavierInitialisation.Apply(network, seed: 0);
        return network;
    }
}
