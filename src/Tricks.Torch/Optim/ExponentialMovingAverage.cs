using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>A running average of a network's weights and buffers, which is evaluated and kept in their place.</summary>
/// <remarks>
/// After step t = 0, 1, ...: a = d a + (1 - d) w with d = min(decay, (1 + t) / (10 + t)), so that early averages forget the
/// first weights (as in TensorFlow's ExponentialMovingAverage; Polyak and Juditsky, 1992, averaged uniformly). Statistics of
/// batch normalisation are averaged alike; counters are copied. At decay 0 the average is the network. The averages belong to this
/// object.
/// </remarks>
public sealed class ExponentialMovingAverage : IDisposable
{
    private const string Steps = "step";

    private readonly List<(string Name, Tensor Value, Tensor Average)> _entries;
    private readonly Tensor _steps;
    private readonly double _decay;
    private readonly bool _warmUp;

    /// <summary>Begins at the network's present weights.</summary>
    /// <param name="network">What is averaged; its tensors stay its own.</param>
    /// <param name="decay">The share of the average that a step keeps, in [0, 1).</param>
    /// <param name="warmUp">False uses the full decay from the first step on.</param>
    public ExponentialMovingAverage(nn.Module network, double decay, bool warmUp = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (decay is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of an average must be in [0, 1); 0 turns it off.");
        (_decay, _warmUp) = (decay, warmUp);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _entries = [.. network.state_dict().Select(e => (e.Key, e.Value, e.Value.detach().clone().DetachFromDisposeScope()))];
        _steps = zeros([], ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>The averages by the names of the network's state dict, and <c>step</c>, the updates so far; this object's own tensors.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => [.. _entries.Select(e => (e.Name, e.Average)), (Steps, _steps)];

    /// <summary>Takes the network's present weights into the average.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var t = _steps.item<long>();
        var decay = _warmUp ? Math.Min(_decay, (1.0 + t) / (10.0 + t)) : _decay;
        foreach (var (_, value, average) in _entries)
        {
            if (value.is_floating_point())
                average.lerp_(value, 1 - decay);
            else
                average.copy_(value);
        }

        _steps.Increment();
    }

    /// <summary>Exchanges the network's weights and the averages; twice is the identity to the bit.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (_, value, average) in _entries)
        {
            var kept = value.clone();
            value.copy_(average);
            average.copy_(kept);
        }
    }

    /// <summary>Takes over a state that <see cref="State"/> gave.</summary>
    /// <param name="state">Copied; owned by the caller.</param>
    /// <exception cref="ArgumentException">Names or shapes are not those of the network; nothing is changed.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var given = state.ToDictionary(entry => entry.Name, entry => entry.Value);
        var targets = State.ToList();
        var wrong = given.Keys.Except(targets.Select(t => t.Name))
            .Concat(targets.Where(t => !given.TryGetValue(t.Name, out var value) || !value.shape.AsSpan().SequenceEqual(t.Value.shape)).Select(t => t.Name))
            .FirstOrDefault();
        if (wrong is not null)
            throw new ArgumentException($"The entry {wrong} of the average is missing, unknown or of another shape; load it for the same network.", nameof(state));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, value) in targets)
            value.copy_(given[name]);
    }

    /// <summary>Frees the averages.</summary>
    public void Dispose()
    {
        foreach (var (_, _, average) in _entries)
            average.Dispose();
        _steps.Dispose();
    }
}
