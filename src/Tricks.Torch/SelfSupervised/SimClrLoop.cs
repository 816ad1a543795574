using System.Diagnostics;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>Pretrains an encoder on images without labels (SimCLR, arXiv:2002.05709).</summary>
/// <remarks>
/// Every random draw is a function of (seed, epoch, image, view), so the same seed on the same machine with the same number of
/// threads gives the same weights, bit for bit, whether or not the run was interrupted between epochs.
/// </remarks>
public sealed class SimClrLoop : IDisposable
{
    private readonly IImageSource _images;
    private readonly SimClrLoopOptions _options;
    private readonly SimClrRecipe _recipe;
    private readonly SimClrNetwork _network;
    private readonly SimClrStep _step;
    private readonly ViewTransform _views;
    private readonly BatchLoader _loader;
    private readonly SimClrCheckpoints? _checkpoints;

    /// <summary>Prepares a pretraining.</summary>
    /// <param name="encoder">The network, initialised; trained in place, owned by the caller.</param>
    /// <param name="images">The images to learn from.</param>
    /// <param name="options">Recipe, preprocessing, seed, device.</param>
    /// <param name="checkpoints">Where each epoch is saved, and from where an interrupted pretraining goes on; owned by the caller, null for none.</param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit the data; all faults are listed.</exception>
    /// <exception cref="TorchBackendException">This machine does not compute rightly in the recipe's precision (<see cref="PrecisionSelfTest"/>).</exception>
    public SimClrLoop(Module<Tensor, Tensor> encoder, IImageSource images, SimClrLoopOptions options, CheckpointFolder? checkpoints = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(images.Count);
        PrecisionSelfTest.Ensure(options.Recipe.Precision, options.Device);
        (_images, _options, _recipe) = (images, options, options.Recipe);
        var preprocessing = options.Preprocessing;
        _views = new ViewTransform(_recipe.Augmentation ?? ViewAugmentation.For(preprocessing.ImageSize), preprocessing);
        _network = new SimClrNetwork(encoder, _recipe, options.Seed, options.Device);
        _step = new SimClrStep(_network, _recipe, StepsPerEpoch, options.Device);
        _checkpoints = checkpoints is null ? null : new SimClrCheckpoints(checkpoints, _network, _step, images, options);
        _loader = new BatchLoader(TwoViews(images), 2 * _recipe.BatchSize, preprocessing.ImageSize, preprocessing.Channels, options.Workers);
    }

    private int StepsPerEpoch => BatchPlan.StepsPerEpoch(_images.Count, _recipe.BatchSize);

    /// <summary>Pretrains all epochs that remain. At the end the encoder has the weights of the last and is in evaluation mode.</summary>
    /// <param name="progress">Told after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the pretraining within one step.</param>
    /// <returns>The epochs of this run; of a resumed one, those that were missing.</returns>
    /// <exception cref="CheckpointException">The checkpoints are another pretraining's, or cannot be written.</exception>
    /// <exception cref="ArithmeticException">The loss became NaN or infinite.</exception>
    /// <exception cref="ArgumentException">An image is smaller than the views.</exception>
    /// <exception cref="ImageDecodingException">An image could not be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<SimClrEpoch> Run(IProgress<SimClrEpoch>? progress = null, CancellationToken cancellationToken = default)
    {
        var epochs = new List<SimClrEpoch>();
        for (var epoch = _checkpoints?.Resume(cancellationToken) ?? 0; epoch < _recipe.Epochs; epoch++)
        {
            var result = RunEpoch(epoch, cancellationToken);
            epochs.Add(result);
            _checkpoints?.Save(epoch + 1, result.Steps);
            progress?.Report(result);
        }

        _network.Encoder.eval();
        return epochs;
    }

    private SimClrEpoch RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (loss, embeddings) = TrainEpoch(epoch, cancellationToken);
        var time = clock.Elapsed;
        var steps = (long)(epoch + 1) * StepsPerEpoch;
        return new SimClrEpoch
        {
            Epoch = epoch + 1,
            Epochs = _recipe.Epochs,
            Steps = steps,
            Loss = loss,
            Embeddings = embeddings,
            LearningRate = _step.LearningRateAt(steps - 1),
            Probe = _options.Probe is { } probe && probe.IsDue(epoch + 1, _recipe.Epochs)
                ? probe.Run(_network.Encoder, _options.Preprocessing, _options.Device, _options.Workers, cancellationToken)
                : null,
            TrainingTime = time,
            ImagesPerSecond = _images.Count / time.TotalSeconds,
        };
    }

    /// <summary>The steps of one epoch; returns the means over its images.</summary>
    private (double Loss, EmbeddingMetrics Embeddings) TrainEpoch(int epoch, CancellationToken cancellationToken)
    {
        _network.Encoder.train();
        var plan = BatchPlan.Shuffled(_images.Count, _recipe.BatchSize, _options.Seed, epoch)
            .Select(rows => rows.Concat(rows.Select(row => row + _images.Count)).ToArray()).ToArray(); // first views, second views
        var step = (long)epoch * StepsPerEpoch;
        var (loss, alignment, uniformity, first) = (0.0, 0.0, 0.0, 0.0);
        foreach (var batch in _loader.Batches(plan, (row, target) => WriteView(epoch, row, target), cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = _step.Run(batch.Images, step);
            if (!double.IsFinite(result.Loss))
                throw NonFinite(result.Loss, step);
            var share = batch.Rows.Count / (2.0 * _images.Count);
            loss += share * result.Loss;
            alignment += share * result.Embeddings.Alignment;
            uniformity += share * result.Embeddings.Uniformity;
            first += share * result.Embeddings.PositivesFirst;
            step++;
        }

        return (loss, new EmbeddingMetrics(alignment, uniformity, first));
    }

    /// <summary>Row r below the number of images is the first view of image r, beyond it the second.</summary>
    private void WriteView(int epoch, int row, Span<float> target)
    {
        var (view, image) = Math.DivRem(row, _images.Count);
        var pixels = _images.Read(image);
        if (!_options.EnlargeSmallImages)
            ViewSize.Check(pixels, _options.Preprocessing.ImageSize, _images.NameOf(image));
        _views.Apply(pixels, ViewTransform.Random(_options.Seed, epoch, image, view), target);
    }

    private ArithmeticException NonFinite(double loss, long step) => new(
        FormattableString.Invariant($"The loss is {loss} at step {step} (epoch {(step / StepsPerEpoch) + 1}, learning rate {_step.LearningRateAt(step):g6}). Lower LearningRate, or raise WarmupEpochs or Temperature."));

    /// <summary>Every image twice; batches have no use for labels.</summary>
    private static ImageDataset TwoViews(IImageSource images)
    {
        var rows = Enumerable.Range(0, images.Count);
        return new ImageDataset(images, new int[images.Count], ["none"]).Subset([.. rows, .. rows]);
    }

    /// <summary>Frees buffers, head and optimizer state; the encoder stays the caller's.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _loader.Dispose();
        _network.Dispose();
    }
}
