using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The last fully connected layer of a network, which turns features into logits: its head.</summary>
internal static class OutputLayer
{
    /// <summary>The head and its name, such as <c>fc</c>; the empty name where the network is nothing but a head.</summary>
    /// <param name="network">The layer stays its own.</param>
    /// <exception cref="ArgumentException">The network has no fully connected layer.</exception>
    public static (string Name, Linear Layer) Of(Module network)
    {
        if (network is Linear itself)
            return ("", itself);
        var (name, last) = network.named_modules().LastOrDefault(entry => entry.module is Linear);
        return last is Linear layer ? (name, layer) : throw new ArgumentException(
            $"The network {network.GetName()} has no fully connected layer, so it has no head to train apart from the rest. "
            + "Leave FreezeBackbone, HeadFirstEpochs, HeadRateFactor and LayerRateDecay at their defaults.", nameof(network));
    }
}
