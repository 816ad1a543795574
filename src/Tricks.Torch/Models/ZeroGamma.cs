using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>Zero gamma (BoT §3.1): every residual block starts as its shortcut, so that early training sees a shallower net.</summary>
public static class ZeroGamma
{
    /// <summary>Sets gamma = 0 in the last batch normalisation of every residual block, basic blocks included, in place.</summary>
    /// <param name="network">The network; normalisations of shortcuts keep their gamma.</param>
    /// <returns>Number of elements set: 15,104 in ResNet-50, 1,920 in ResNet-18, 0 in a network without shortcuts.</returns>
    public static long Apply(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var elements = 0L;
        foreach (var block in network.modules().OfType<IResidualBlock>())
        {
            block.LastNorm.weight.zero_();
            elements += block.LastNorm.weight.numel();
        }

        return elements;
    }
}
