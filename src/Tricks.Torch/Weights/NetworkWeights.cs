using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Weights;

/// <summary>The weights of a network in memory.</summary>
internal sealed record NetworkWeights(nn.Module Network, Architecture? Architecture) : InitialWeights
{
    internal override OpenedWeights Open(CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var copies = StateDict.Of(Network).Select(entry => entry with { Tensor = entry.Tensor.detach().cpu().clone().DetachFromDisposeScope() });
        Dictionary<string, string> metadata = [];
        if (Architecture is not null)
            metadata.Add(OpenedWeights.ArchitectureKey, Architecture.Name);
        return new OpenedWeights("a network in memory", [.. copies], metadata) { AllowOtherVariant = AllowOtherVariant };
    }
}
