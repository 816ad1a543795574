using System.Globalization;

namespace Tricks.Torch.Models;

/// <summary>What ResNets and plain nets of [R §4.2] share: 6n + 2 layers, three stages of n basic blocks, 16, 32, 64 channels.</summary>
internal static class CifarFamily
{
    internal const int ImageSize = 32;

    private const int GreatestDepth = 1202; // the deepest that [R §4.2] trains

    internal static int CheckDepth(int depth)
    {
        if (depth is < 8 or > GreatestDepth || depth % 6 != 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(depth), depth, $"The CIFAR family has 6n + 2 layers, 8 to {GreatestDepth}: 20, 32, 44, 56, 110, ...");
        }

        return depth;
    }

    internal static int ParseDepth(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    internal static ResNetOptions Options(int depth, ResNetVariant variant, ShortcutKind shortcut, int classes, int inputChannels)
    {
        var blocks = (depth - 2) / 6; // per stage; two convolutions each, plus the stem and the classifier
        return new()
        {
            Block = ResNetBlock.Basic,
            BlocksPerStage = [blocks, blocks, blocks],
            Width = 16,
            Variant = variant,
            Stem = Stem.Cifar,
            Shortcut = shortcut,
            Classes = classes,
            InputChannels = inputChannels,
        };
    }
}
