using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Chooses what a residual block adds, torchvision's <c>downsample</c>.</summary>
internal static class Shortcut
{
    /// <summary>(N, inChannels, H, W) to (N, channels, ceil(H/stride), ceil(W/stride)).</summary>
    internal static Module<Tensor, Tensor> Create(ShortcutKind kind, ResNetVariant variant, int inChannels, int channels, int stride)
    {
        if (inChannels == channels && stride == 1)
            return Identity();
        return (kind, variant) switch
        {
            (ShortcutKind.ZeroPadding, _) => new ZeroPaddedShortcut(inChannels, channels, stride),
            (_, ResNetVariant.D) => new PooledProjection(inChannels, channels, stride),
            _ => new Projection(inChannels, channels, stride),
        };
    }
}
