using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Optim;

/// <summary>The trainable parameters of a network, split by whether weight decay applies to them.</summary>
/// <remarks>
/// No bias decay (BoT §3.1): only the weights of convolutions and fully connected layers decay, which are the tensors of
/// rank 2 and more; biases and the gamma and beta of batch normalisation, rank 1, do not. Frozen parameters
/// (requires_grad false) are in neither group.
/// </remarks>
/// <param name="Decayed">Name and tensor of each parameter that decays.</param>
/// <param name="NotDecayed">Name and tensor of each that does not.</param>
public sealed record ParameterGroups(
    IReadOnlyList<(string Name, Parameter Value)> Decayed, IReadOnlyList<(string Name, Parameter Value)> NotDecayed)
{
    /// <summary>What the learning rate of a parameter is multiplied by, by name; 1 where a name is missing. Default: empty.</summary>
    public IReadOnlyDictionary<string, double> RateFactors { get; init; } = new Dictionary<string, double>();

    /// <summary>Splits the trainable parameters of a network.</summary>
    /// <param name="network">The network; its parameters stay its own.</param>
    /// <param name="noBiasDecay">False puts every parameter into <see cref="Decayed"/>: the trick's off value.</param>
    public static ParameterGroups Of(Module<Tensor, Tensor> network, bool noBiasDecay = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        var trainable = network.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        return new ParameterGroups(
            [.. trainable.Where(p => !noBiasDecay || p.parameter.dim() >= 2)],
            [.. trainable.Where(p => noBiasDecay && p.parameter.dim() < 2)]);
    }
}
