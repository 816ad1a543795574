using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>What a frozen backbone makes of the images, each view computed once: a head trains on it in seconds.</summary>
/// <remarks>View v of a row is the image that epoch v would train on, so as many views as epochs change nothing but the time.</remarks>
internal sealed class FineTuningFeatures : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly IFeatureExtractor _backbone;
    private readonly IReadOnlyList<int> _labels;
    private readonly Func<int, CancellationToken, IEnumerable<ImageBatch>> _imagesOf;
    private readonly Device _device;
    private readonly Precision _precision;
    private readonly Tensor?[] _views;

    /// <summary>Computes nothing yet.</summary>
    /// <param name="network">In evaluation mode whenever features are asked for; stays the caller's.</param>
    /// <param name="labels">The class number of each row.</param>
    /// <param name="imagesOf">The batches of a view, every row once.</param>
    /// <param name="views">How many views are kept, at least 1.</param>
    /// <param name="device">Where network and features are.</param>
    /// <param name="precision">The number format of the convolutions.</param>
    /// <exception cref="ArgumentException">The network has no features.</exception>
    public FineTuningFeatures(
        Module<Tensor, Tensor> network,
        IReadOnlyList<int> labels,
        Func<int, CancellationToken, IEnumerable<ImageBatch>> imagesOf,
        int views,
        Device device,
        Precision precision)
    {
        _backbone = network as IFeatureExtractor ?? throw new ArgumentException(
            $"The network {network.GetName()} is no {nameof(IFeatureExtractor)}, so the features of its frozen backbone cannot be kept. "
            + "Set CachedViews = 0 to run the backbone in every epoch.", nameof(network));
        (_network, _labels, _imagesOf, _device, _precision) = (network, labels, imagesOf, device, precision);
        _views = new Tensor?[views];
    }

    /// <summary>What trains a head on features: they are float32, and the backbone's blocks are all there in evaluation mode.</summary>
    public static TrainingRecipe RecipeOfHead(TrainingRecipe recipe) => recipe with { Precision = Precision.Float32, DropPath = 0 };

    /// <summary>What is kept, for a log.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"The backbone is frozen: the features of {_labels.Count} images in {_views.Length} view{(_views.Length == 1 ? "" : "s")} each are computed once and kept ({(long)_views.Length * _labels.Count * _backbone.FeatureCount * sizeof(float) / 1e6:f1} MB)");

    /// <summary>The batches of a plan, features in place of images; a batch is valid until the next is asked for.</summary>
    public IEnumerable<ImageBatch> Batches(int[][] plan, int epoch, CancellationToken cancellationToken)
    {
        var view = epoch % _views.Length;
        var features = _views[view] ??= Compute(view, cancellationToken);       // (N, F)
        foreach (var rows in plan)
        {
            using var index = tensor(rows.Select(row => (long)row).ToArray(), device: _device);
            using var batch = features.index_select(0, index);                  // (n, F)
            using var labels = tensor(rows.Select(row => (long)_labels[row]).ToArray());
            yield return new ImageBatch(batch, labels, rows);
        }
    }

    /// <summary>(N, F), owned by the caller.</summary>
    private Tensor Compute(int view, CancellationToken cancellationToken)
    {
        using var noGradient = no_grad();
        _network.eval();
        var features = empty([_labels.Count, _backbone.FeatureCount], ScalarType.Float32, _device).DetachFromDisposeScope();
        try
        {
            foreach (var batch in _imagesOf(view, cancellationToken))
            {
                using var scope = NewDisposeScope();
                var images = batch.Images.to(_device).to(_precision switch
                {
                    Precision.BFloat16 => ScalarType.BFloat16,
                    Precision.Float16 => ScalarType.Float16,
                    _ => ScalarType.Float32,
                });
                var index = tensor(batch.Rows.Select(row => (long)row).ToArray(), device: _device);
                features.index_copy_(0, index, _backbone.Features(images));
            }

            return features;
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var view in _views)
            view?.Dispose();
    }
}
