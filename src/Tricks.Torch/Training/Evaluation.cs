using Tricks.Torch.Data;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>Scores every row of a data set once, with evaluation transforms and hard labels.</summary>
public sealed class Evaluation : IDisposable
{
    private readonly EvaluationTransform _transform;
    private readonly ImageDataset _data;
    private readonly BatchLoader _loader;
    private readonly int[][] _plan;
    private readonly int _topK;

    /// <summary>Prepares the evaluation of a data set.</summary>
    /// <param name="data">The rows, all of which are scored.</param>
    /// <param name="preprocessing">What the network expects.</param>
    /// <param name="batchSize">Rows per forward pass.</param>
    /// <param name="topK">k of the top-k accuracy; at most the number of classes is used.</param>
    /// <param name="workers">Threads that prepare batches.</param>
    public Evaluation(ImageDataset data, Preprocessing preprocessing, int batchSize, int topK = 5, int? workers = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(preprocessing);
        _data = data;
        _transform = new EvaluationTransform(preprocessing);
        _plan = BatchPlan.InOrder(data.Count, batchSize);
        _loader = new BatchLoader(
            data, Math.Min(batchSize, data.Count), preprocessing.ImageSize, preprocessing.Channels, workers);
        _topK = Math.Min(topK, data.ClassNames.Count);
    }

    /// <summary>The metrics of the network on all rows. The network is left in evaluation mode.</summary>
    public ClassificationMetrics Run(Module<Tensor, Tensor> network, Device device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Run(network, Batches(cancellationToken), device);
    }

    /// <summary>The same with the features of a frozen backbone in place of images, and its head in place of the network.</summary>
    internal ClassificationMetrics RunOnFeatures(
        Module<Tensor, Tensor> head, FineTuningFeatures features, Device device, CancellationToken cancellationToken) =>
        Run(head, features.Batches(_plan, 0, cancellationToken), device);

    /// <summary>Every row once, in order, as evaluation sees it.</summary>
    internal IEnumerable<ImageBatch> Batches(CancellationToken cancellationToken) =>
        _loader.Batches(_plan, (row, target) => _transform.Apply(_data.Read(row), target), cancellationToken);

    private ClassificationMetrics Run(Module<Tensor, Tensor> network, IEnumerable<ImageBatch> batches, Device device)
    {
        network.eval();
        var total = default(ClassificationMetrics);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            total += Of(network.call(batch.Images.to(device)), batch.Labels.to(device), _topK);
        }

        return total;
    }

    /// <summary>The metrics of a batch of logits.</summary>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    /// <param name="topK">k, 1 to K.</param>
    internal static ClassificationMetrics Of(Tensor logits, Tensor labels, int topK)
    {
        using var scope = NewDisposeScope();
        var z = logits.to(ScalarType.Float32);
        var loss = nn.functional.cross_entropy(z, labels, reduction: Reduction.Sum).item<float>();
        var best = z.topk(topK, dim: 1).indexes; // (N, k), best first
        var hits = best.eq(labels.unsqueeze(1)); // (N, k), at most one true per row
        return new ClassificationMetrics(
            labels.shape[0], loss, hits.select(1, 0).sum().item<long>(), hits.sum().item<long>());
    }

    /// <summary>Frees the batch buffers.</summary>
    public void Dispose() => _loader.Dispose();
}
