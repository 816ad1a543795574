using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Stochastic gradient descent with momentum, Nesterov's by default, as in PyTorch.</summary>
/// <remarks>
/// g = grad + decay * w; v = momentum * v + g; w -= rate * (g + momentum * v) with Nesterov, rate * v without
/// (Sutskever et al., ICML 2013, in PyTorch's form: the rate is outside the velocity, v starts at the first g).
/// State: PARAMETER.velocity.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private const string Velocity = "velocity";

    private readonly double _momentum;
    private readonly bool _nesterov;

    /// <summary>Makes an optimizer over the trainable parameters.</summary>
    /// <param name="groups">Which parameters decay and which do not, and what their rates are multiplied by.</param>
    /// <param name="weightDecay">The decay of the decayed group, at least 0.</param>
    /// <param name="momentum">In [0, 1); 0 is plain gradient descent.</param>
    /// <param name="nesterov">Whether the step looks ahead along the velocity.</param>
    public Sgd(ParameterGroups groups, double weightDecay, double momentum = 0.9, bool nesterov = true)
        : base(groups, weightDecay)
    {
        if (momentum is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "Momentum must be in [0, 1).");
        (_momentum, _nesterov) = (momentum, nesterov);
    }

    private protected override IReadOnlyList<string> Kinds => [Velocity];

    private protected override void Move(Slot slot, Tensor gradient, double rate)
    {
        var parameter = slot.Parameter;
        if (_momentum != 0 && FitsKernel(parameter, gradient))
        {
            MoveByKernel(slot, gradient, rate);
            return;
        }

        if (slot.Decay != 0)
            gradient.Increase(parameter, slot.Decay);
        if (_momentum == 0)
        {
            parameter.Increase(gradient, -rate);
            return;
        }

        var velocity = Remembered(slot, Velocity);
        velocity.MultiplyBy(_momentum).Increase(gradient);
        parameter.Increase(_nesterov ? gradient.Increase(velocity, _momentum) : velocity, -rate);
    }

    private unsafe void MoveByKernel(Slot slot, Tensor gradient, double rate) => SgdKernel.Step(
        (float*)TensorMemory.Of(slot.Parameter),
        (float*)TensorMemory.Of(gradient),
        (float*)TensorMemory.Of(Remembered(slot, Velocity)),
        gradient.numel(),
        (float)rate,
        (float)_momentum,
        (float)slot.Decay,
        _nesterov);

    /// <summary>The kernel goes through memory in order: it takes dense tensors of one layout.</summary>
    private static bool FitsKernel(Tensor parameter, Tensor gradient) =>
        KernelSwitch.IsOn && parameter.device_type == TorchSharp.DeviceType.CPU
        && parameter.dtype == ScalarType.Float32 && gradient.dtype == ScalarType.Float32
        && IsDense(parameter) && HasStridesOf(parameter, gradient);

    private static bool HasStridesOf(Tensor x, Tensor other)
    {
        for (var i = 0; i < x.dim(); i++)
        {
            if (x.stride(i) != other.stride(i))
                return false;
        }

        return true;
    }

    /// <summary>Whether the axes, in some order, follow each other without a gap: each stride is the product of the lengths within it.</summary>
    private static bool IsDense(Tensor x)
    {
        var (dimensions, expected, left) = ((int)x.dim(), 1L, x.numel());
        while (left > 1)
        {
            var axis = 0;
            while (axis < dimensions && (x.size(axis) == 1 || x.stride(axis) != expected))
                axis++;
            if (axis == dimensions)
                return false;
            expected *= x.size(axis);
            left /= x.size(axis);
        }

        return true;
    }
}
