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

/// <summary>One step of training: smooth and mix, forward, loss, backward, move the weights.</summary>
public sealed class TrainingStep : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingRecipe _recipe;
    private readonly Schedule _schedule;
    private readonly Sgd _optimizer;
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
    public TrainingStep(
        Module<Tensor, Tensor> network, TrainingRecipe recipe, int classes, int stepsPerEpoch, long seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(recipe);
        (_network, _recipe, _classes, _seed, _device) = (network, recipe, classes, seed, device);
        _dropouts = [.. network.modules().OfType<SeededDropout>()];
        _schedule = recipe.LearningRateSchedule(stepsPerEpoch);
        _optimizer = new Sgd(ParameterGroups.Of(network, recipe.NoBiasDecay), recipe.WeightDecay, recipe.Momentum, recipe.Nesterov);
    }

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
        SeededDropout.Seed(_dropouts, _seed, step);
        var loss = Loss(images, mixed.Targets);
        var value = (double)loss.item<float>();
        if (!double.IsFinite(value))
            return value;

        loss.backward();
        _optimizer.Step(_schedule.At(step));
        return value;
    }

    /// <summary>The loss of the logits; a network with an auxiliary classifier adds its weighted loss on the same targets.</summary>
    private Tensor Loss(Tensor images, Tensor targets)
    {
        if (_network is not IAuxiliaryClassifier two)
            return SoftTargetCrossEntropy.Of(_network.call(images), targets);
        var (logits, auxiliary) = two.CallWithAuxiliary(images);
        return SoftTargetCrossEntropy.Of(logits, targets).add(SoftTargetCrossEntropy.Of(auxiliary, targets).mul(two.AuxiliaryLossWeight));
    }

    /// <summary>Frees the optimizer's state.</summary>
    public void Dispose() => _optimizer.Dispose();
}
