using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The fully connected layer that a network defines last, which turns features into logits: its head.</summary>
internal static class OutputLayer
{
    /// <summary>The head and its name, such as <c>fc</c>; the empty name where the network is nothing but a head.</summary>
    /// <param name="network">The layer stays its own.</param>
    /// <exception cref="ArgumentException">The network has no fully connected layer.</exception>
    public static (string Name, Linear Layer) Of(Module network)
    {
        if (network is Linear itself)
            return ("", itself);
        var (name, last) = Linears(network, prefix: "").LastOrDefault();
        return last is { } layer ? (name, layer) : throw new ArgumentException(
            $"The network {network.GetName()} has no fully connected layer, so it has no head to train apart from the rest. "
            + "Leave FreezeBackbone, HeadFirstEpochs, HeadRateFactor and LayerRateDecay at their defaults.", nameof(network));
    }

    /// <summary>In the order in which the network defines them; TorchSharp's <c>named_modules()</c> puts the inner ones behind the outer ones.</summary>
    private static IEnumerable<(string Name, Linear? Layer)> Linears(Module module, string prefix)
    {
        foreach (var (name, child) in module.named_children())
        {
            if (child is Linear layer)
                yield return (prefix + name, layer);
            foreach (var inner in Linears(child, $"{prefix}{name}."))
                yield return inner;
        }
    }
}
