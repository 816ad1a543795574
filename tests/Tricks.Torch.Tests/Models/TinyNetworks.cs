using Tricks.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Networks with every kind of block and shortcut, in milliseconds.</summary>
internal static class TinyNetworks
{
    private const string TinyVgg = "vgg";
    private const string TinyVggWithNorm = "vgg_bn";
    private const string TinyWide = "wide";
    private const string TinyResNetV2 = "resnet_v2";
    private const string TinyCifarResNetV2 = "resnet_v2_cifar";

    /// <summary>Every family of networks but ResNet v1, by names that <see cref="Family"/> knows.</summary>
    internal static IReadOnlyList<string> Families { get; } =
    [
        "inception_v3", "inception_v3_025", "mobilenetv1_025", "mobilenetv1_025_relu", TinyVgg, TinyVggWithNorm, "densenet121",
        TinyResNetV2, TinyCifarResNetV2, "wrn_10_1", "lenet5", TinyWide,
    ];

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

    /// <summary>A network of a family, 10 classes, and the least size of its images.</summary>
    internal static (Module<Tensor, Tensor> Network, int Size) Family(string name)
    {
        switch (name)
        {
            case TinyVgg or TinyVggWithNorm:
                return (Vgg(norm: name == TinyVggWithNorm), 32);
            case TinyResNetV2:
                return (ResNetV2(bottleneck: true, Stem.ImageNet), 32);
            case TinyCifarResNetV2:
                return (ResNetV2(bottleneck: false, Stem.Cifar), 8);
            case TinyWide:
                return (new ResNet(new ResNetOptions { Block = ResNetBlock.Bottleneck, BlocksPerStage = [1, 1], Width = 8, BottleneckWidening = 2, Classes = 10 }), 32);
            default:
                var architecture = Architecture.Parse(name);
                return (architecture.Build(10, imageSize: architecture.MinimumImageSize), architecture.MinimumImageSize);
        }
    }
}
