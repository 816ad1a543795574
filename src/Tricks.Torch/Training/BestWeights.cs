using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>A copy of the network's weights and buffers after its best epoch.</summary>
/// <remarks>Best is the highest validation accuracy, at equal accuracy the lower validation loss; without validation, the last.</remarks>
internal sealed class BestWeights(Module<Tensor, Tensor> network) : IDisposable
{
    private readonly Dictionary<string, Tensor> _copies = [];
    private ClassificationMetrics? _metrics;

    /// <summary>The best epoch, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>The best weights by their names in the state dict; this object's own tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> Copies => _copies;

    /// <summary>Copies the weights if this epoch is the best so far, and says whether it is.</summary>
    public bool Offer(int epoch, ClassificationMetrics? metrics)
    {
        if (Epoch > 0 && metrics is { } now && _metrics is { } before && !IsBetter(now, before))
            return false;
        (Epoch, _metrics) = (epoch, metrics);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            if (_copies.TryGetValue(name, out var copy))
                copy.copy_(value);
            else
                _copies[name] = value.detach().clone().DetachFromDisposeScope();
        }

        return true;
    }

    /// <summary>Takes over what a checkpoint kept.</summary>
    /// <param name="epoch">The best epoch.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="weights">Its weights; copied, owned by the caller.</param>
    public void Load(int epoch, ClassificationMetrics? metrics, IEnumerable<NamedTensor> weights)
    {
        (Epoch, _metrics) = (epoch, metrics);
        using var scope = NewDisposeScope();
        foreach (var (name, value) in weights)
            _copies[name] = value.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Gives the network the best weights back; does nothing before the first epoch.</summary>
    public void Restore()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            if (_copies.TryGetValue(name, out var copy))
                value.copy_(copy);
        }
    }

    public void Dispose()
    {
        foreach (var copy in _copies.Values)
            copy.Dispose();
    }

    private static bool IsBetter(ClassificationMetrics now, ClassificationMetrics before) =>
        now.Top1 != before.Top1 ? now.Top1 > before.Top1 : now.LossSum < before.LossSum;
}
