using Tricks.Torch.Data;
using Tricks.Torch.Losses;
using Tricks.Torch.Mixing;
using Tricks.Torch.Models;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>One step of training: smooth and mix, forward, loss, backward, clip, move the weights, average them.</summary>
public sealed class TrainingStep : IDisposable
{
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";
    private const string ScalerPrefix = "scaler.";

    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingRecipe _recipe;
    private readonly Schedule _schedule;
    private readonly Optimizer _optimizer;
    private readonly ExponentialMovingAverage? _average;
    private readonly LossScaler? _scaler;
    private readonly IReadOnlyList<DropPath> _dropPaths;
    private readonly TeacherEnsemble? _teachers;
    private readonly Tensor? _classWeights; // (K)
    private readonly Device _device;
    private readonly int _classes;
    private readonly long _seed;
    private readonly SeededDropout[] _dropouts;

    /// <summary>Makes the step of a network; the optimizer's state belongs to it, the network does not.</summary>
    /// <param name="network">(N, C, H, W) to logits (N, classes), on the device.</param>
    /// <param name="recipe">How it is trained.</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="stepsPerEpoch">For the schedule.</param>
    /// <param name="seed">Mixing and dropout draws are a function of (seed, step).</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="teachers">Whom the network learns from besides the labels; owned by the caller. Null is off, and so is a <see cref="TrainingRecipe.DistillationWeight"/> of 0.</param>
    /// <param name="classWeights">How much each class counts in the loss, one number each; null weighs all alike.</param>
    /// <param name="schedule">The learning rate of each step; null takes the recipe's.</param>
    public TrainingStep(
        Module<Tensor, Tensor> network,
        TrainingRecipe recipe,
        int classes,
        int stepsPerEpoch,
        long seed,
        Device device,
        TeacherEnsemble? teachers = null,
        IReadOnlyList<double>? classWeights = null,
        Schedule? schedule = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(recipe);
        (_network, _recipe, _classes, _seed, _device) = (network, recipe, classes, seed, device);
        _schedule = schedule ?? recipe.LearningRateSchedule(stepsPerEpoch);
        _optimizer = recipe.OptimizerOf(network);
        _average = recipe.EmaDecay > 0 ? new ExponentialMovingAverage(network, recipe.EmaDecay) : null;
        _scaler = recipe.Precision == Precision.Float16 ? new LossScaler() : null;
        _dropPaths = DropPath.Apply(network, recipe.DropPath);
        _teachers = recipe.DistillationWeight > 0 ? teachers : null;
        _classWeights = classWeights is null ? null : tensor(classWeights.Select(w => (float)w).ToArray(), device: device).DetachFromDisposeScope();
        _dropouts = [.. network.modules().OfType<SeededDropout>()];
    }

    /// <summary>Shown the gradients of each step before they are clipped; null records nothing.</summary>
    internal NormRecorder? Norms { get; init; }

    /// <summary>Everything that later steps depend on besides weights and step number: <c>optimizer.</c>, <c>average.</c> and <c>scaler.</c> entries.</summary>
    /// <remarks>The tensors belong to this object; copy what shall outlive the next step.</remarks>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _optimizer.State.Select(entry => (OptimizerPrefix + entry.Name, entry.Value))
            .Concat(_average?.State.Select(entry => (AveragePrefix + entry.Name, entry.Value)) ?? [])
            .Concat(_scaler?.State.Select(entry => (ScalerPrefix + entry.Name, entry.Value)) ?? []);

    /// <summary>Takes over a state that <see cref="State"/> gave: the next steps are then those of the step that was saved, bit for bit.</summary>
    /// <param name="state">Copied; owned by the caller.</param>
    /// <exception cref="ArgumentException">An entry fits neither this network nor its recipe.</exception>
    public void LoadState(IEnumerable<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var entries = state.ToLookup(entry => entry.Name[..(entry.Name.IndexOf('.') + 1)]);
        var unknown = entries.FirstOrDefault(group =>
            group.Key != OptimizerPrefix && !(_average is not null && group.Key == AveragePrefix) && !(_scaler is not null && group.Key == ScalerPrefix));
        if (unknown is not null)
            throw new ArgumentException($"The state has an entry {unknown.First().Name}, which this recipe has no place for; load it under the recipe that it was saved with.", nameof(state));
        _optimizer.LoadState(Under(OptimizerPrefix));
        _average?.LoadState(Under(AveragePrefix));
        _scaler?.LoadState(Under(ScalerPrefix));

        IEnumerable<(string Name, Tensor Value)> Under(string prefix) =>
            entries[prefix].Select(entry => (entry.Name[prefix.Length..], entry.Value));
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
        var mixed = BatchMixing.Apply(
            batch.Images.to(_device), targets, _recipe.MixupAlpha, _recipe.CutMixAlpha, _recipe.CutMixProbability, random);

        // The network computes in the precision of its input; its weights, and so their gradients, are float32.
        var images = _recipe.Precision switch
        {
            Precision.BFloat16 => mixed.Images.to(ScalarType.BFloat16),
            Precision.Float16 => mixed.Images.to(ScalarType.Float16),
            _ => mixed.Images,
        };
        foreach (var dropPath in _dropPaths)
            dropPath.Begin(_seed, step);
        SeededDropout.Seed(_dropouts, _seed, step);
        var loss = Backward(images, mixed.Targets);
        if (!double.IsFinite(loss))
        {
            _optimizer.ZeroGrad();
            return loss;
        }

        if (_scaler is not null && !_scaler.Unscale(_network.parameters()))
        {
            _optimizer.ZeroGrad(); // left out: the scale was too large for this step, and is halved
            return loss;
        }

        Norms?.Record(step);
        Clip();
        _optimizer.Step(_schedule.At(step));
        _average?.Update();
        return loss;
    }

    /// <summary>The gradients of the mean loss over the batch, gathered from micro-batches; returns that loss.</summary>
    private double Backward(Tensor images, Tensor targets) // (N, C, H, W), (N, K)
    {
        var (rows, parts, mean) = (images.shape[0], _recipe.MicroBatches, 0.0);
        for (var part = 0; part < parts && double.IsFinite(mean); part++)
        {
            using var scope = NewDisposeScope();
            var (first, count) = (rows * part / parts, (rows * (part + 1) / parts) - (rows * part / parts));
            var loss = Loss(images.narrow(0, first, count), targets.narrow(0, first, count));
            var share = (double)count / rows;
            var value = loss.to(ScalarType.Float64).item<double>();
            var factor = share * (_scaler?.Scale ?? 1);
            if (double.IsFinite(value))
                (factor == 1 ? loss : loss.Times(factor)).backward();
            mean += value * share;
        }

        return mean;
    }

    /// <summary>A network with an auxiliary classifier adds its weighted loss on the same targets; not where the backbone, whose part it is, is frozen.</summary>
    private Tensor Loss(Tensor images, Tensor targets) // (n, C, H, W), (n, K)
    {
        if (_network is not IAuxiliaryClassifier two || !_network.training)
            return Loss(_network.call(images), images, targets);
        var (logits, auxiliary) = two.CallWithAuxiliary(images); // (n, K), (n, K)
        return Loss(logits, images, targets).Plus(SoftTargetCrossEntropy.Of(auxiliary, targets, _classWeights).Times(two.AuxiliaryLossWeight));
    }

    private Tensor Loss(Tensor logits, Tensor images, Tensor targets)
    {
        var loss = SoftTargetCrossEntropy.Of(logits, targets, _classWeights);
        return _teachers is null
            ? loss
            : loss.Plus(Distillation.Loss(logits, _teachers.SoftTargets(images), _teachers.Temperature).Times(_recipe.DistillationWeight));
    }

    private void Clip()
    {
        if (_recipe.ClipValue is { } value)
            GradientClipping.ByValue(_network.parameters(), value);
        if (_recipe.ClipNorm is { } norm)
            GradientClipping.ByGlobalNorm(_network.parameters(), norm);
    }

    /// <summary>Frees the state; network and teachers stay the caller's.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _scaler?.Dispose();
        _classWeights?.Dispose();
    }
}
