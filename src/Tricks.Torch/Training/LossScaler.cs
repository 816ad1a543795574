using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Training;

/// <summary>Dynamic loss scaling for float16, whose smallest gradients would vanish (BoT §3.2; Micikevicius et al., arXiv:1710.03740).</summary>
/// <remarks>
/// The loss is multiplied by a scale before backward and the gradients are divided by it after. A step whose gradients are
/// not finite is left out and halves the scale; 2,000 good steps in a row double it. As PyTorch's GradScaler. Scales are
/// powers of two, so scaling and unscaling change no bit of a float32 gradient that neither overflows nor underflows.
/// </remarks>
public sealed class LossScaler : IDisposable
{
    /// <summary>Good steps in a row after which the scale is doubled.</summary>
    public const int GrowthInterval = 2000;

    private const double LargestScale = 1L << 40;
    private readonly Tensor _scale = tensor(65536.0, ScalarType.Float64).DetachFromDisposeScope();
    private readonly Tensor _goodSteps = zeros([], ScalarType.Int64).DetachFromDisposeScope();

    /// <summary>What the loss is multiplied by; 65,536 at first.</summary>
    public double Scale => _scale.item<double>();

    /// <summary><c>scale</c> and <c>good_steps</c>; this object's own tensors.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [("scale", _scale), ("good_steps", _goodSteps)];

    /// <summary>Takes over a state that <see cref="State"/> gave.</summary>
    /// <param name="state">Copied; owned by the caller.</param>
    /// <exception cref="ArgumentException">An entry is missing.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var given = state.ToDictionary(entry => entry.Name, entry => entry.Value);
        if (!given.TryGetValue("scale", out var scale) || !given.TryGetValue("good_steps", out var goodSteps))
            throw new ArgumentException("The state has no scale or no good_steps of the loss scaler; load one that was saved with Precision = Float16.", nameof(state));
        using var scope = NewDisposeScope();
        _scale.copy_(scale);
        _goodSteps.copy_(goodSteps);
    }

    /// <summary>Divides the gradients by the scale, in place, and adapts the scale.</summary>
    /// <param name="parameters">Those without a gradient are passed over.</param>
    /// <returns>Whether all gradients are finite; if not, the step is to be left out.</returns>
    public bool Unscale(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var finite = true;
        var factor = 1 / Scale;
        foreach (var gradient in parameters.Select(parameter => parameter.grad).OfType<Tensor>())
        {
            gradient.MultiplyBy(factor);
            finite &= gradient.isfinite().all().item<bool>();
        }

        Adapt(finite);
        return finite;
    }

    private void Adapt(bool finite)
    {
        if (!finite)
        {
            _scale.MultiplyBy(0.5).ClampTo(1, LargestScale);
            _goodSteps.zero_();
        }
        else if (_goodSteps.Increment().item<long>() == GrowthInterval)
        {
            _scale.MultiplyBy(2).ClampTo(1, LargestScale);
            _goodSteps.zero_();
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        _scale.Dispose();
        _goodSteps.Dispose();
    }
}
