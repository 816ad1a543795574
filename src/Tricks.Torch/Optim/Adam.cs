using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Adam, with weight decay in the gradient (Adam) or beside it (AdamW), as in PyTorch.</summary>
/// <remarks>
/// With t the steps of the parameter, this one included: m = b1 m + (1 - b1) g; s = b2 s + (1 - b2) g^2;
/// w -= rate * (m / (1 - b1^t)) / (sqrt(s / (1 - b2^t)) + epsilon) (Kingma and Ba, arXiv:1412.6980). Adam: g = grad + decay * w.
/// AdamW: g = grad, and first w *= 1 - rate * decay (Loshchilov and Hutter, arXiv:1711.05101, in PyTorch's form: the decay
/// is multiplied by the rate). State: PARAMETER.mean, PARAMETER.square, PARAMETER.step.
/// </remarks>
public sealed class Adam : Optimizer
{
    private const string Mean = "mean";
    private const string Square = "square";
    private const string Steps = "step";

    private readonly bool _decoupled;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    /// <summary>Makes an optimizer over the trainable parameters.</summary>
    /// <param name="groups">Which parameters decay and which do not.</param>
    /// <param name="weightDecay">The decay of the decayed group, at least 0.</param>
    /// <param name="decoupled">True is AdamW, false Adam. At decay 0 both are the same.</param>
    /// <param name="beta1">b1, in [0, 1): how long the mean of gradients remembers.</param>
    /// <param name="beta2">b2, in [0, 1): how long the mean of their squares remembers.</param>
    /// <param name="epsilon">Greater than 0; bounds the step where gradients vanish.</param>
    public Adam(
        ParameterGroups groups, double weightDecay, bool decoupled = true, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(groups, weightDecay)
    {
        if (beta1 is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta1), beta1, "Beta1 must be in [0, 1).");
        if (beta2 is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta2), beta2, "Beta2 must be in [0, 1).");
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon must be a finite number greater than 0.");
        (_decoupled, _beta1, _beta2, _epsilon) = (decoupled, beta1, beta2, epsilon);
    }

    private protected override IReadOnlyList<string> Kinds => [Mean, Square, Steps];

    private protected override void Move(Slot slot, Tensor gradient, double rate)
    {
        var parameter = slot.Parameter;
        var (mean, square, steps) = (Remembered(slot, Mean), Remembered(slot, Square), Remembered(slot, Steps));
        steps.Increment();
        var t = steps.item<long>();
        if (slot.Decay != 0 && _decoupled)
            parameter.MultiplyBy(1 - (rate * slot.Decay));
        else if (slot.Decay != 0)
            gradient.Increase(parameter, slot.Decay);

        mean.lerp_(gradient, 1 - _beta1);
        using var squareShare = (1 - _beta2).ToScalar(); // held, see HeldNumbers
        square.MultiplyBy(_beta2).addcmul_(gradient, gradient, squareShare);
        var meanScale = 1 - Math.Pow(_beta1, t);
        var squareScale = Math.Sqrt(1 - Math.Pow(_beta2, t));
        var denominator = square.sqrt().DivideBy(squareScale).Increase(_epsilon);
        using var step = (-rate / meanScale).ToScalar();
        parameter.addcdiv_(mean, denominator, step);
    }

    private protected override Tensor Zeros(Parameter parameter, string kind) =>
        kind == Steps ? zeros([], ScalarType.Int64) : base.Zeros(parameter, kind); // counted on the CPU, exactly
}
