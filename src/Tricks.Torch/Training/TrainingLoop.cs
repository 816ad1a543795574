using System.Diagnostics;
using Tricks.Torch.Data;
using Tricks.Torch.Losses;
using Tricks.Torch.Runtime;
using Tricks.Torch.Schedules;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>Trains a network: epochs of steps, a validation after each, the best weights at the end.</summary>
/// <remarks>
/// Every random draw is a function of (seed, epoch, row) or (seed, step), so the same seed on the same machine with the
/// same number of threads gives the same weights, bit for bit.
/// </remarks>
public sealed class TrainingLoop : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly ImageDataset _training;
    private readonly TrainingLoopOptions _options;
    private readonly TrainingRecipe _recipe;
    private readonly ImageSizeSchedule _imageSizes;
    private readonly Augmentation _augmentation;
    private TrainingTransform _transform; // of the present epoch's image size
    private readonly TeacherEnsemble? _teachers;
    private readonly TrainingStep _step;
    private readonly BatchLoader _loader;
    private readonly Evaluation? _validation;

    /// <summary>Prepares a training.</summary>
    /// <param name="network">The network, initialised; trained in place, owned by the caller.</param>
    /// <param name="training">The images to learn from.</param>
    /// <param name="validation">The images that choose the best epoch; null keeps the last one.</param>
    /// <param name="options">Recipe, preprocessing, seed, device.</param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit the data; all faults are listed.</exception>
    public TrainingLoop(Module<Tensor, Tensor> network, ImageDataset training, ImageDataset? validation, TrainingLoopOptions options)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(training.Count);
        (_network, _training, _options, _recipe) = (network, training, options, options.Recipe);

        var preprocessing = options.Preprocessing;
        _augmentation = _recipe.Augmentation ?? Augmentation.For(preprocessing.ImageSize);
        _imageSizes = new ImageSizeSchedule(preprocessing.ImageSize, _recipe.InitialImageScale, _recipe.Epochs);
        _transform = new TrainingTransform(_augmentation, preprocessing);
        MemoryFormat.ToChannelsLast(network);
        _teachers = options.Teachers.Count > 0
            ? new TeacherEnsemble(options.Teachers, preprocessing, _recipe.DistillationTemperature, options.Device)
            : null;
        var classes = training.ClassNames.Count;
        var classWeights = _recipe.ClassWeighting > 0 ? ClassWeights.Of(training.Labels, classes, _recipe.ClassWeighting) : null;
        _step = new TrainingStep(network, _recipe, classes, StepsPerEpoch, options.Seed, options.Device, _teachers, classWeights);
        _loader = new BatchLoader(training, _recipe.BatchSize, preprocessing.ImageSize, preprocessing.Channels, options.Workers);
        _validation = validation is { Count: > 0 }
            ? new Evaluation(validation, preprocessing, _recipe.BatchSize, options.TopK, options.Workers)
            : null;
    }

    private int StepsPerEpoch => BatchPlan.StepsPerEpoch(_training.Count, _recipe.BatchSize);

    /// <summary>Trains all epochs. At the end the network has the weights of the best epoch and is in evaluation mode.</summary>
    /// <param name="progress">Told after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training within one step.</param>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite.</exception>
    /// <exception cref="ImageDecodingException">An image could not be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, under <see cref="CancellationBehavior.Throw"/> or before the first epoch was finished.</exception>
    public TrainingResult Run(IProgress<EpochResult>? progress = null, CancellationToken cancellationToken = default)
    {
        using var best = new BestWeights(_network);
        var epochs = new List<EpochResult>();
        var end = TrainingEnd.Finished;
        try
        {
            while (epochs.Count < _recipe.Epochs && end == TrainingEnd.Finished)
            {
                var result = RunEpoch(epochs.Count, best, cancellationToken);
                epochs.Add(result);
                progress?.Report(result);
                if (epochs.Count - best.Epoch >= _recipe.EarlyStoppingPatience && epochs.Count < _recipe.Epochs)
                    end = TrainingEnd.StoppedEarly;
            }
        }
        catch (OperationCanceledException)
            when (_options.OnCancellation == CancellationBehavior.ReturnBest && best.Epoch > 0)
        {
            end = TrainingEnd.Cancelled;
        }

        best.Restore();
        _network.eval();
        return new TrainingResult(epochs, best.Epoch, end);
    }

    private EpochResult RunEpoch(int epoch, BestWeights best, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var loss = TrainEpoch(epoch, cancellationToken);
        var trainingTime = clock.Elapsed;

        var (validation, isBest) = Validate(epoch, best, cancellationToken);
        return new EpochResult
        {
            Epoch = epoch + 1,
            Epochs = _recipe.Epochs,
            Steps = (long)(epoch + 1) * StepsPerEpoch,
            TrainingLoss = loss,
            LearningRate = _step.LearningRateAt(((long)(epoch + 1) * StepsPerEpoch) - 1),
            Validation = validation,
            IsBest = isBest,
            TrainingTime = trainingTime,
            ValidationTime = clock.Elapsed - trainingTime,
            ImagesPerSecond = _training.Count / trainingTime.TotalSeconds,
        };
    }

    /// <summary>Validates and keeps what the step recommends: the running average of the weights, if the recipe has one.</summary>
    private (ClassificationMetrics? Validation, bool IsBest) Validate(int epoch, BestWeights best, CancellationToken cancellationToken)
    {
        _step.SwapAverage();
        try
        {
            var validation = _validation?.Run(_network, _options.Device, cancellationToken);
            return (validation, best.Offer(epoch + 1, validation));
        }
        finally
        {
            _step.SwapAverage();
        }
    }

    /// <summary>The steps of one epoch; returns the mean loss over its images.</summary>
    private double TrainEpoch(int epoch, CancellationToken cancellationToken)
    {
        _network.train();
        var plan = BatchPlan.Balanced(_training.Labels, _recipe.BatchSize, _options.Seed, epoch, _recipe.ClassBalancing);
        var step = (long)epoch * StepsPerEpoch;
        var imageSize = _imageSizes.At(epoch);
        _transform = new TrainingTransform(_augmentation, _options.Preprocessing with { ImageSize = imageSize });
        var (lossSum, rows) = (0.0, (IReadOnlyList<int>)[]);
        foreach (var batch in _loader.BatchesOfSize(plan, (row, place, target) => Augment(epoch, row, place, target), imageSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var loss = _step.Run(batch, step);
            rows = batch.Rows;
            if (!double.IsFinite(loss))
                throw NonFinite(loss, step, rows);
            lossSum += loss * rows.Count;
            step++;
        }

        // No later loss shows what the last update of the epoch did.
        if (!WeightsAreFinite())
            throw NonFinite(double.NaN, step - 1, rows);
        return lossSum / _training.Count;
    }

    private bool WeightsAreFinite()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return _network.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    private NonFiniteLossException NonFinite(double loss, long step, IReadOnlyList<int> rows) => new(
        loss, step, (int)(step / StepsPerEpoch) + 1, _step.LearningRateAt(step), [.. rows.Select(_training.NameOf)]);

    /// <summary>A random view of a row; where rows may repeat within an epoch, each of their places has its own.</summary>
    private void Augment(int epoch, int row, long place, Span<float> target)
    {
        var view = _recipe.ClassBalancing > 0 ? place : row;
        _transform.Apply(_training.Read(row), SeededRandom.For(_options.Seed, RandomPurpose.Augmentation, epoch, view), target);
    }

    /// <summary>Frees buffers and optimizer state; the network stays the caller's.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _teachers?.Dispose();
        _loader.Dispose();
        _validation?.Dispose();
    }
}
