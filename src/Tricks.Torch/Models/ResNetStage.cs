using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>One stage (torchvision's layer1 to layer4): blocks of one width, of which the first may halve the resolution.</summary>
internal static class ResNetStage
{
    /// <summary>(N, c, H, W) to (N, <see cref="ResNetOptions.StageChannels"/>, H/s, W/s), s = 1 in stage 0 and 2 after it.</summary>
    internal static Sequential Create(ResNetOptions options, int stage)
    {
        var channels = options.StageChannels(stage);
        var inChannels = stage == 0 ? options.Width : options.StageChannels(stage - 1);
        var stride = stage == 0 ? 1 : 2;
        var first = ("0", Block(options, inChannels, channels, stride));
        var others = Enumerable.Range(1, options.BlocksPerStage[stage] - 1)
            .Select(i => (i.ToString(CultureInfo.InvariantCulture), Block(options, channels, channels, stride: 1)));
        return Sequential([first, .. others]);
    }

    private static Module<Tensor, Tensor> Block(ResNetOptions options, int inChannels, int channels, int stride)
    {
        if (options.Shortcut == ShortcutKind.None)
            return new PlainBlock(inChannels, channels, stride);
        var shortcut = Shortcut.Create(options.Shortcut, options.Variant, inChannels, channels, stride);
        return options.Block == ResNetBlock.Basic
            ? new BasicBlock(inChannels, channels, stride, shortcut)
            : new Bottleneck(inChannels, channels, stride, options.Variant, shortcut, options.BottleneckWidening);
    }
}
