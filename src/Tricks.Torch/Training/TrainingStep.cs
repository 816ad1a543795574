using Tricks.Torch.Data;
using Tricks.Torch.Losses;
using Tricks.Torch.Mixing;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>One step of training: smooth and mix, forward, loss, backward, move the weights.</summary>
public sealed class TrainingStep : IDisposable
{
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";

    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingRecipe _recipe;
    private readonly Schedule _schedule;
    private readonly Optimizer _optimizer;
    private readonly ExponentialMovingAverage? _average;
    private readonly Device _device;
    private readonly int _classes;
    private readonly long _seed;

    /// <summary>Makes the step of a network; the optimizer's state belongs to it, the network does not.</summary>
    /// <param name="network">(N, C, H, W) to logits (N, classes), on the device.</param>
    /// <param name="recipe">How it is trained.</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="stepsPerEpoch">For the schedule.</param>
    /// <param name="seed">Mixing draws are a function of (seed, step).</param>
    /// <param name="device">Where the network is.</param>
    public TrainingStep(
        Module<Tensor, Tensor> network, TrainingRecipe recipe, int classes, int stepsPerEpoch, long seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(recipe);
        (_network, _recipe, _classes, _seed, _device) = (network, recipe, classes, seed, device);
        _schedule = recipe.LearningRateSchedule(stepsPerEpoch);
        _optimizer = recipe.OptimizerOf(network);
        _average = recipe.EmaDecay > 0 ? new ExponentialMovingAverage(network, recipe.EmaDecay) : null;
    }

    /// <summary>Shown the gradients of each step before anything is done to them; null records nothing.</summary>
    internal NormRecorder? Norms { get; init; }

    /// <summary>Everything that later steps depend on besides weights and step number: <c>optimizer.</c> and <c>average.</c> entries.</summary>
    /// <remarks>The tensors belong to this object; copy what shall outlive the next step.</remarks>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _optimizer.State.Select(entry => (OptimizerPrefix + entry.Name, entry.Value))
            .Concat(_average?.State.Select(entry => (AveragePrefix + entry.Name, entry.Value)) ?? []);

    /// <summary>Takes over a state that <see cref="State"/> gave: the next steps are then those of the step that was saved, bit for bit.</summary>
    /// <param name="state">Copied; owned by the caller.</param>
    /// <exception cref="ArgumentException">An entry fits neither this network nor its recipe.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        var entries = state.ToList();
        var average = Under(AveragePrefix);
        if (entries.Find(e => !e.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal) && (_average is null || !e.Name.StartsWith(AveragePrefix, StringComparison.Ordinal))) is { Name: { } name })
            throw new ArgumentException($"The state has an entry {name}, which this recipe has no place for; load it under the recipe that it was saved with.", nameof(state));
        _optimizer.LoadState(Under(OptimizerPrefix));
        _average?.LoadState(average);

        IEnumerable<(string Name, Tensor Value)> Under(string prefix) => entries
            .Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => (entry.Name[prefix.Length..], entry.Value));
    }

    /// <summary>Exchanges the network's weights and their running average, where the recipe has one; a second call brings them back.</summary>
    public void SwapAverage() => _average?.Swap();

    /// <summary>The learning rate of a step.</summary>
    public double LearningRateAt(long step) => _schedule.At(step);

    /// <summary>Trains on one batch and returns its loss. When the loss is not finite, the weights are left as they were.</summary>
    /// <param name="batch">The images, (N, C, H, W), and their labels.</param>
    /// <param name="step">Steps taken before this one.</param>
    public double Run(ImageBatch batch, long step)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var random = SeededRandom.For(_seed, RandomPurpose.Mixing, step);
        var targets = LabelSmoothing.Targets(
            batch.Labels.to(_device), _classes, _recipe.LabelSmoothing, _recipe.LabelSmoothingConvention); // (N, K)
        var mixed = Mixup.Apply(batch.Images.to(_device), targets, _recipe.MixupAlpha, random);

        // The network computes in the precision of its input; its weights, and so their gradients, are float32.
        var images = _recipe.Precision == Precision.BFloat16 ? mixed.Images.to(ScalarType.BFloat16) : mixed.Images;
        var loss = SoftTargetCrossEntropy.Of(_network.call(images), mixed.Targets);
        var value = (double)loss.item<float>();
        if (!double.IsFinite(value))
            return value;

        loss.backward();
        Norms?.Record(step);
        _optimizer.Step(_schedule.At(step));
        _average?.Update();
        return value;
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
    }
}
