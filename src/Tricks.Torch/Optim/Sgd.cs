using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Stochastic gradient descent with momentum, Nesterov's by default, as in PyTorch.</summary>
/// <remarks>
/// g = grad + decay * w; v = momentum * v + g; w -= rate * (g + momentum * v) with Nesterov, rate * v without
/// (Sutskever et al., ICML 2013, in PyTorch's form: the rate is outside the velocity, v starts at the first g). The rate is
/// given at each step, so schedules stay pure functions. The velocities belong to this object.
/// </remarks>
public sealed class Sgd : IDisposable
{
    private readonly List<Slot> _slots;
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>Makes an optimizer over the trainable parameters.</summary>
    /// <param name="groups">Which parameters decay and which do not, and what their rates are multiplied by.</param>
    /// <param name="weightDecay">The decay of the decayed group, at least 0.</param>
    /// <param name="momentum">In [0, 1); 0 is plain gradient descent.</param>
    /// <param name="nesterov">Whether the step looks ahead along the velocity.</param>
    public Sgd(ParameterGroups groups, double weightDecay, double momentum = 0.9, bool nesterov = true)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        if (momentum is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "Momentum must be in [0, 1).");
        (_momentum, _nesterov) = (momentum, nesterov);
        _slots =
        [
            .. groups.Decayed.Select(p => new Slot(p.Name, p.Value, weightDecay, groups.RateFactors.GetValueOrDefault(p.Name, 1))),
            .. groups.NotDecayed.Select(p => new Slot(p.Name, p.Value, 0, groups.RateFactors.GetValueOrDefault(p.Name, 1))),
        ];
    }

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var slot in _slots)
        {
            if (slot.Parameter.grad is { } gradient)
                Move(slot, gradient, rate * slot.RateFactor);
        }
    }

    private void Move(Slot slot, Tensor gradient, double rate)
    {
        var parameter = slot.Parameter;
        if (slot.Decay != 0)
            gradient.add_(parameter, alpha: slot.Decay);
        if (_momentum == 0)
        {
            parameter.add_(gradient, alpha: -rate);
        }
        else
        {
            var velocity = slot.Velocity ??= zeros_like(gradient).DetachFromDisposeScope();
            velocity.mul_(_momentum).add_(gradient);
            parameter.add_(_nesterov ? gradient.add_(velocity, alpha: _momentum) : velocity, alpha: -rate);
        }

        parameter.grad = null; // freed, not zeroed: backward then writes instead of adding
    }

    /// <summary>Frees the velocities; the parameters belong to the network.</summary>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Velocity?.Dispose();
            slot.Velocity = null;
        }
    }

    private sealed class Slot(string name, Parameter parameter, double decay, double rateFactor)
    {
        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public double Decay { get; } = decay;

        public double RateFactor { get; } = rateFactor;

        public Tensor? Velocity { get; set; }
    }
}
