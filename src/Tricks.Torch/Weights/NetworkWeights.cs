using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>The weights of a network in memory.</summary>
internal sealed record NetworkWeights(nn.Module Network, Architecture? TrainedFor) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var copies = StateDict.Of(Network).Select(entry => entry with { Tensor = entry.Tensor.detach().cpu().clone().DetachFromDisposeScope() });
        return new OpenedWeights("a network in memory", [.. copies]) { Architecture = TrainedFor?.Name, AllowOtherVariant = AllowOtherVariant };
    }
}
