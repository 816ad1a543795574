using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tricks.Torch.Optim;

/// <summary>Moves the trainable parameters of a network along their gradients, and keeps what it remembers from step to step.</summary>
/// <remarks>
/// The rate is given at each step, so schedules stay pure functions. The state belongs to this object, the parameters to
/// the network.
/// </remarks>
public abstract class Optimizer : IDisposable
{
    private readonly List<Slot> _slots;

    private protected Optimizer(ParameterGroups groups, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "Weight decay must be a finite number of at least 0; 0 turns it off.");
        _slots =
        [
            .. groups.Decayed.Select(p => new Slot(p.Name, p.Value, weightDecay, groups.RateFactors.GetValueOrDefault(p.Name, 1))),
            .. groups.NotDecayed.Select(p => new Slot(p.Name, p.Value, 0, groups.RateFactors.GetValueOrDefault(p.Name, 1))),
        ];
    }

    /// <summary>What is remembered: PARAMETER.KIND and its tensor, such as <c>fc.weight.velocity</c>.</summary>
    /// <remarks>
    /// The tensors are this object's own; copy what shall outlive the next step. A parameter that never had a gradient has
    /// none. With <see cref="LoadState"/>, later steps are those of the optimizer that was saved, bit for bit.
    /// </remarks>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _slots.SelectMany(slot => slot.State.Select(entry => ($"{slot.Name}.{entry.Key}", entry.Value)));

    /// <summary>The kinds of tensors that a parameter may have in <see cref="State"/>.</summary>
    private protected abstract IReadOnlyList<string> Kinds { get; }

    /// <summary>Moves every parameter that has a gradient, and clears the gradients.</summary>
    /// <param name="rate">The learning rate of this step; a parameter may have a multiple of it, <see cref="ParameterGroups.RateFactors"/>.</param>
    public void Step(double rate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var slot in _slots)
        {
            if (slot.Parameter.grad is not { } gradient)
                continue;
            Move(slot, gradient, rate * slot.RateFactor);
            slot.Parameter.grad = null; // freed, not zeroed: backward then writes instead of adding
        }
    }

    /// <summary>Clears the gradients without moving anything.</summary>
    public void ZeroGrad()
    {
        foreach (var slot in _slots)
            slot.Parameter.grad = null;
    }

    /// <summary>Takes over a state that <see cref="State"/> gave; what is not in it is forgotten.</summary>
    /// <param name="state">Copied; owned by the caller.</param>
    /// <exception cref="ArgumentException">An entry belongs to no parameter, or has another shape or type than it must; nothing is changed.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var given = state.ToDictionary(entry => entry.Name, entry => entry.Value);
        var targets = _slots.SelectMany(slot => Kinds.Select(kind => (Name: $"{slot.Name}.{kind}", Slot: slot, Kind: kind)))
            .Where(target => given.ContainsKey(target.Name)).ToList();
        var unknown = given.Keys.Except(targets.Select(target => target.Name)).FirstOrDefault();
        if (unknown is not null)
            throw new ArgumentException($"The state has an entry {unknown}, which this {GetType().Name} has no place for; load it into the same optimizer over the same network.", nameof(state));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, slot, kind) in targets)
        {
            using var place = Zeros(slot.Parameter, kind);
            if (!place.shape.AsSpan().SequenceEqual(given[name].shape) || place.dtype != given[name].dtype)
                throw new ArgumentException($"{name} is {Form(given[name])} in the state; it must be {Form(place)}. Load it into the same optimizer over the same network.", nameof(state));
        }

        Forget();
        foreach (var (name, slot, kind) in targets)
            Remembered(slot, kind).copy_(given[name]);
    }

    /// <summary>Moves one parameter; the gradient may be overwritten.</summary>
    private protected abstract void Move(Slot slot, Tensor gradient, double rate);

    /// <summary>The tensor of a parameter and kind, zeros at first.</summary>
    private protected Tensor Remembered(Slot slot, string kind)
    {
        if (!slot.State.TryGetValue(kind, out var value))
            slot.State[kind] = value = Zeros(slot.Parameter, kind).DetachFromDisposeScope();
        return value;
    }

    /// <summary>A tensor of the form that a kind has: that of the parameter, unless a subclass says otherwise.</summary>
    private protected virtual Tensor Zeros(Parameter parameter, string kind) => zeros_like(parameter);

    /// <summary>Frees the state; the parameters belong to the network.</summary>
    public void Dispose()
    {
        Forget();
        GC.SuppressFinalize(this);
    }

    private void Forget()
    {
        foreach (var slot in _slots)
        {
            foreach (var value in slot.State.Values)
                value.Dispose();
            slot.State.Clear();
        }
    }

    private static string Form(Tensor tensor) => $"{tensor.dtype} ({string.Join(", ", tensor.shape)})";

    /// <summary>A parameter with what is remembered of it, by kind.</summary>
    private protected sealed record Slot(string Name, Parameter Parameter, double Decay, double RateFactor)
    {
        public SortedDictionary<string, Tensor> State { get; } = new(StringComparer.Ordinal);
    }
}
