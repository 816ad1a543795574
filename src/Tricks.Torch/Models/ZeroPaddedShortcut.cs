using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A shortcut without parameters: every s-th pixel, and zeros for the further channels (option A of [R §4.1]).</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, channels, ceil(H/s), ceil(W/s)). The zeros stand after the input's channels, as in the
/// authors' fb.resnet.torch; some other implementations put half of them before.
/// </remarks>
internal sealed class ZeroPaddedShortcut(int inChannels, int channels, int stride) : Module<Tensor, Tensor>(nameof(ZeroPaddedShortcut))
{
    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        var pixels = input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride);  // (N, inChannels, H/s, W/s)
        return functional.pad(pixels, (long[])[0, 0, 0, 0, 0, channels - inChannels]).MoveToOuterDisposeScope();
    }
}
