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
    private readonly Slot[][] _groups; // one for each weight decay
    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>Makes an optimizer over the trainable parameters.</summary>
    /// <param name="groups">Which parameters decay and which do not.</param>
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
        _groups =
        [
            [.. groups.Decayed.Select(p => new Slot(p.Name, p.Value, weightDecay))],
            [.. groups.NotDecayed.Select(p => new Slot(p.Name, p.Value, 0))],
        ];
    }

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var group in _groups)
        {
            Slot[] moved = [.. group.Where(slot => slot.Parameter.grad is not null)];
            if (moved.Length == 0)
                continue;
            if (_momentum == 0)
                Array.ForEach(moved, slot => Descend(slot, rate));
            else
                Accelerate(moved, rate);
            Array.ForEach(moved, slot => slot.Parameter.grad = null); // freed, not zeroed: backward then writes instead of adding
        }
    }

    private static void Descend(Slot slot, double rate)
    {
        slot.Parameter.mul_(1 - (rate * slot.Decay));
        slot.Parameter.add_(slot.Parameter.grad!, alpha: -rate);
    }

    private void Accelerate(Slot[] slots, double rate) => FusedSgd.Step(
        [.. slots.Select(slot => slot.Parameter)],
        [.. slots.Select(slot => InOrderOf(slot.Parameter, slot.Parameter.grad!))],
        [.. slots.Select(slot => slot.Velocity ??= zeros_like(slot.Parameter).DetachFromDisposeScope())],
        slots[0].Decay, _momentum, rate, _nesterov);

    /// <summary>The gradient in its parameter's memory order, which backward gives it as a rule.</summary>
    private static Tensor InOrderOf(Tensor parameter, Tensor gradient) =>
        gradient.stride().SequenceEqual(parameter.stride()) ? gradient : empty_like(parameter).copy_(gradient);

    /// <summary>Frees the velocities; the parameters belong to the network.</summary>
    public void Dispose()
    {
        foreach (var slot in _groups.SelectMany(group => group))
        {
            slot.Velocity?.Dispose();
            slot.Velocity = null;
        }
    }

    private sealed class Slot(string name, Parameter parameter, double decay)
    {
        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public double Decay { get; } = decay;

        public Tensor? Velocity { get; set; }
    }
}
