using Tricks.Torch.Losses;
using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>One step of pretraining: embed both views, NT-Xent, backward, move the weights.</summary>
public sealed class SimClrStep : IDisposable
{
    private readonly SimClrNetwork _network;
    private readonly SimClrRecipe _recipe;
    private readonly Schedule _schedule;
    private readonly Optimizer _optimizer;
    private readonly Device _device;

    /// <summary>Makes the step of a network; the optimizer's state belongs to it, the network does not.</summary>
    /// <param name="network">Encoder and head, on the device.</param>
    /// <param name="recipe">How they are pretrained.</param>
    /// <param name="stepsPerEpoch">For the schedule.</param>
    /// <param name="device">Where the network is; the CPU by default.</param>
    public SimClrStep(SimClrNetwork network, SimClrRecipe recipe, int stepsPerEpoch, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(recipe);
        (_network, _recipe, _device) = (network, recipe, device ?? CPU);
        _schedule = recipe.LearningRateSchedule(stepsPerEpoch);
        _optimizer = OptimizerOf(network.Parameters(), recipe);
    }

    /// <summary>What the optimizer remembers.</summary>
    internal Optimizer Optimizer => _optimizer;

    /// <summary>The learning rate of a step.</summary>
    public double LearningRateAt(long step) => _schedule.At(step);

    /// <summary>Trains on one batch. When the loss is not finite, the weights are left as they were.</summary>
    /// <param name="views">(2N, C, H, W): the first view of each of N images, then the second of each in the same order.</param>
    /// <param name="step">Steps taken before this one.</param>
    public SimClrStepResult Run(Tensor views, long step)
    {
        ArgumentNullException.ThrowIfNull(views);
        using var scope = NewDisposeScope();
        // The encoder computes in the precision of its input; its weights, and so their gradients, are float32.
        var input = views.to(_device);
        var (loss, embeddings) = Backward(_recipe.Precision == Precision.BFloat16 ? input.to(ScalarType.BFloat16) : input);
        var images = embeddings.shape[0] / 2;
        var metrics = EmbeddingMetrics.Of(embeddings.narrow(0, 0, images), embeddings.narrow(0, images, images));
        if (double.IsFinite(loss))
            _optimizer.Step(_schedule.At(step));
        else
            _optimizer.ZeroGrad();
        return new SimClrStepResult(loss, metrics);
    }

    /// <summary>Computes loss and gradients; returns the embeddings, (2N, D), without graph.</summary>
    internal (double Loss, Tensor Embeddings) Backward(Tensor views)
    {
        var images = (int)(views.shape[0] / 2);
        if (_recipe.ChunkSize is { } size && size < images)
            return GradientCache.Backward(_network, views, GradientCache.Chunks(images, size), _recipe.Temperature);
        var z = _network.Embed(views);                                                                       // (2N, D)
        var loss = NtXentLoss.Of(z.narrow(0, 0, images), z.narrow(0, images, images), _recipe.Temperature);
        loss.backward();
        return (loss.to(ScalarType.Float64).item<double>(), z.detach());
    }

    private static Optimizer OptimizerOf(ParameterGroups groups, SimClrRecipe recipe) => recipe.Optimizer switch
    {
        OptimizerKind.Lars => new Lars(groups, recipe.WeightDecay, recipe.Momentum),
        OptimizerKind.Adam => new Adam(groups, recipe.WeightDecay),
        OptimizerKind.AdamW => new Adam(groups, recipe.WeightDecay, decoupled: true),
        _ => new Sgd(groups, recipe.WeightDecay, recipe.Momentum, nesterov: false),
    };

    /// <summary>Frees the optimizer's state.</summary>
    public void Dispose() => _optimizer.Dispose();
}
