using Tricks.Torch.Optim;
using static TorchSharp.torch;

namespace Tricks.Torch.Training;

/// <content>The optimizer of a recipe.</content>
public sealed partial record TrainingRecipe
{
    /// <summary>The optimizer that this recipe gives a network's trainable parameters.</summary>
    /// <param name="network">Its parameters stay its own.</param>
    /// <returns>An optimizer without state yet, owned by the caller.</returns>
    public Optimizer OptimizerOf(nn.Module<Tensor, Tensor> network)
    {
        var groups = ParameterGroups.Of(network, NoBiasDecay);
        return Optimizer switch
        {
            OptimizerKind.Sgd => new Sgd(groups, WeightDecay, Momentum, Nesterov),
            OptimizerKind.Adam => new Adam(groups, WeightDecay, decoupled: false, Beta1, Beta2, AdamEpsilon),
            OptimizerKind.AdamW => new Adam(groups, WeightDecay, decoupled: true, Beta1, Beta2, AdamEpsilon),
            OptimizerKind.Lars => new Lars(groups, WeightDecay, Momentum, TrustCoefficient),
            _ => throw new InvalidOperationException($"Optimizer is {Optimizer}."),
        };
    }
}
