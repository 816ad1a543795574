using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Layer-wise adaptive rate scaling: momentum in which every layer's rate follows the ratio of its weights to its gradients.</summary>
/// <remarks>
/// Algorithm 1 of You et al. (arXiv:1708.03888): local = trust |w| / (|grad| + decay |w|); v = momentum * v + rate * local *
/// (grad + decay * w); w -= v. The rate is inside the velocity, unlike <see cref="Sgd"/>. Biases and the gamma and beta of
/// normalisations (rank below 2) keep local = 1, as in SimCLR (arXiv:2002.05709), and so does a layer whose weights or
/// gradients are all 0. State: PARAMETER.velocity.
/// </remarks>
public sealed class Lars : Optimizer
{
    private const string Velocity = "velocity";

    private readonly double _momentum;
    private readonly double _trust;

    /// <summary>Makes an optimizer over the trainable parameters.</summary>
    /// <param name="groups">Which parameters decay and which do not; the paper leaves biases and normalisations undecayed.</param>
    /// <param name="weightDecay">The decay of the decayed group, at least 0.</param>
    /// <param name="momentum">In [0, 1); 0 is none.</param>
    /// <param name="trustCoefficient">trust, greater than 0; the paper's value is 0.001.</param>
    public Lars(ParameterGroups groups, double weightDecay, double momentum = 0.9, double trustCoefficient = 0.001)
        : base(groups, weightDecay)
    {
        if (momentum is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "Momentum must be in [0, 1).");
        if (!(trustCoefficient > 0 && double.IsFinite(trustCoefficient)))
            throw new ArgumentOutOfRangeException(nameof(trustCoefficient), trustCoefficient, "The trust coefficient must be a finite number greater than 0.");
        (_momentum, _trust) = (momentum, trustCoefficient);
    }

    private protected override IReadOnlyList<string> Kinds => [Velocity];

    private protected override void Move(Slot slot, Tensor gradient, double rate)
    {
        var parameter = slot.Parameter;
        var local = parameter.dim() < 2 ? 1 : LocalRate(parameter, gradient, slot.Decay);
        if (slot.Decay != 0)
            gradient.Increase(parameter, slot.Decay);
        var velocity = Remembered(slot, Velocity);
        velocity.MultiplyBy(_momentum).Increase(gradient, rate * local);
        parameter.sub_(velocity);
    }

    private double LocalRate(Tensor weights, Tensor gradient, double decay)
    {
        var (w, g) = (weights.norm().to(ScalarType.Float64).item<double>(), gradient.norm().to(ScalarType.Float64).item<double>());
        return w > 0 && g > 0 ? _trust * w / (g + (decay * w)) : 1;
    }
}
