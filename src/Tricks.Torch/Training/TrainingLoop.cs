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
/// same number of threads gives the same weights, bit for bit, in one run or in several with checkpoints between them.
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
    private readonly NormRecorder? _norms;
    private readonly TrainingStep _step;
    private readonly BatchLoader _loader;
    private readonly Evaluation? _validation;
    private readonly TrainingCheckpoints? _checkpoints;
    private readonly FineTuning _fineTuning;
    private readonly Module<Tensor, Tensor> _trained; // the network, or its head alone on kept features
    private readonly FineTuningFeatures? _features;
    private readonly FineTuningFeatures? _validationFeatures;

    /// <summary>Prepares a training.</summary>
    /// <param name="network">The network, initialised; trained in place, owned by the caller.</param>
    /// <param name="training">The images to learn from.</param>
    /// <param name="validation">The images that choose the best epoch; null keeps the last one.</param>
    /// <param name="options">Recipe, preprocessing, seed, device.</param>
    /// <param name="checkpoints">Where the training is saved and resumed from; owned by the caller. Null saves nothing.</param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit the data; all faults are listed.</exception>
    public TrainingLoop(
        Module<Tensor, Tensor> network, ImageDataset training, ImageDataset? validation, TrainingLoopOptions options, CheckpointFolder? checkpoints = null)
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
        _norms = options.RecordNormsEvery is { } interval ? new NormRecorder(network, interval) : null;
        _teachers = options.Teachers.Count > 0
            ? new TeacherEnsemble(options.Teachers, preprocessing, _recipe.DistillationTemperature, options.Device)
            : null;
        var classes = training.ClassNames.Count;
        var classWeights = _recipe.ClassWeighting > 0 ? ClassWeights.Of(training.Labels, classes, _recipe.ClassWeighting) : null;
        PrecisionSelfTest.Ensure(_recipe.Precision, options.Device);
        var views = _recipe.EffectiveCachedViews(_augmentation);
        _fineTuning = new FineTuning(network, _recipe);
        _trained = views > 0 ? _fineTuning.Head! : network;
        var recipe = views > 0 ? FineTuningFeatures.RecipeOfHead(_recipe) : _recipe;
        _step = new TrainingStep(_trained, recipe, classes, StepsPerEpoch, options.Seed, options.Device, _teachers, classWeights) { Norms = _norms };
        _loader = new BatchLoader(training, _recipe.BatchSize, preprocessing.ImageSize, preprocessing.Channels, options.Workers);
        _validation = validation is { Count: > 0 }
            ? new Evaluation(validation, preprocessing, _recipe.BatchSize, options.TopK, options.Workers)
            : null;
        _checkpoints = checkpoints is null ? null : new TrainingCheckpoints(checkpoints, network, training, validation, options);
        if (views == 0)
            return;
        var inOrder = BatchPlan.InOrder(training.Count, _recipe.BatchSize);
        _features = new FineTuningFeatures(
            network, training.Labels, (view, token) => Images(inOrder, view, 0, preprocessing.ImageSize, token), views, options.Device, _recipe.Precision);
        if (_validation is { } evaluation)
        {
            _validationFeatures = new FineTuningFeatures(
                network, validation!.Labels, (_, token) => evaluation.Batches(token), views: 1, options.Device, Precision.Float32);
        }
    }

    /// <summary>What is kept of a frozen backbone, for a log; null when nothing is.</summary>
    public string? FeatureCacheDescription => _features?.Description;

    private int StepsPerEpoch => BatchPlan.StepsPerEpoch(_training.Count, _recipe.BatchSize);

    /// <summary>Trains all epochs. At the end the network has the weights of the best epoch and is in evaluation mode.</summary>
    /// <remarks>
    /// With a checkpoint folder that has checkpoints of this training, it goes on from the newest; a finished training is
    /// returned at once. A cancelled one is saved where it stands.
    /// </remarks>
    /// <param name="progress">Told after each epoch, on this thread; not again of epochs that a checkpoint brought.</param>
    /// <param name="cancellationToken">Ends the training within one step.</param>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, read or continued.</exception>
    /// <exception cref="ImageDecodingException">An image could not be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, under <see cref="CancellationBehavior.Throw"/> or before the first epoch was finished.</exception>
    public TrainingResult Run(IProgress<EpochResult>? progress = null, CancellationToken cancellationToken = default)
    {
        using var best = new BestWeights(_trained);
        using var generatorBefore = random.get_rng_state(); // each step seeds libtorch's generator; the caller's goes on as it was
        var state = new TrainingState();
        var end = TrainingEnd.Finished;
        _checkpoints?.Resume(state, best, _step, _norms, StepsPerEpoch, cancellationToken);
        try
        {
            while (!IsOver(state, best))
            {
                var result = RunEpoch(state, best, cancellationToken);
                state.Add(result);
                Save(state, best);
                progress?.Report(result);
            }

            if (state.Epochs.Count < _recipe.Epochs)
                end = TrainingEnd.StoppedEarly;
        }
        catch (OperationCanceledException)
        {
            Save(state, best);
            if (_options.OnCancellation != CancellationBehavior.ReturnBest || best.Epoch == 0)
                throw;
            end = TrainingEnd.Cancelled;
        }
        finally
        {
            random.set_rng_state(generatorBefore);
        }

        best.Restore();
        _network.eval();
        return new TrainingResult(state.Epochs, best.Epoch, end);
    }

    private bool IsOver(TrainingState state, BestWeights best) =>
        state.Epochs.Count >= _recipe.Epochs || state.Epochs.Count - best.Epoch >= _recipe.EarlyStoppingPatience;

    private long StepsTaken(TrainingState state) => ((long)state.Epochs.Count * StepsPerEpoch) + state.StepInEpoch;

    private void Save(TrainingState state, BestWeights best) => _checkpoints?.Save(state, best, _step, _norms, StepsTaken(state));

    private EpochResult RunEpoch(TrainingState state, BestWeights best, CancellationToken cancellationToken)
    {
        TrainEpoch(state, best, cancellationToken);
        var (epoch, trainingTime, clock) = (state.Epochs.Count, state.TrainingTime, Stopwatch.StartNew());
        var (validation, isBest) = Validate(epoch, best, cancellationToken);
        return new EpochResult
        {
            Epoch = epoch + 1,
            Epochs = _recipe.Epochs,
            Steps = StepsTaken(state),
            TrainingLoss = state.LossSum / _training.Count,
            LearningRate = _step.LearningRateAt(StepsTaken(state) - 1),
            Validation = validation,
            IsBest = isBest,
            Norms = _norms?.EndEpoch(),
            TrainingTime = trainingTime,
            ValidationTime = clock.Elapsed,
            ImagesPerSecond = _training.Count / trainingTime.TotalSeconds,
        };
    }

    /// <summary>Validates and keeps what the step recommends: the running average of the weights, if the recipe has one.</summary>
    private (ClassificationMetrics? Validation, bool IsBest) Validate(int epoch, BestWeights best, CancellationToken cancellationToken)
    {
        _step.SwapAverage();
        try
        {
            var validation = _validationFeatures is null
                ? _validation?.Run(_network, _options.Device, cancellationToken)
                : _validation!.RunOnFeatures(_trained, _validationFeatures, _options.Device, cancellationToken);
            return (validation, best.Offer(epoch + 1, validation));
        }
        finally
        {
            _step.SwapAverage();
        }
    }

    /// <summary>The steps of an epoch that are not taken yet.</summary>
    private void TrainEpoch(TrainingState state, BestWeights best, CancellationToken cancellationToken)
    {
        state.Clock.Start();
        var epoch = state.Epochs.Count;
        _fineTuning.Begin(epoch);
        var plan = BatchPlan.Balanced(_training.Labels, _recipe.BatchSize, _options.Seed, epoch, _recipe.ClassBalancing);
        var imageSize = _imageSizes.At(epoch);
        _transform = new TrainingTransform(_augmentation, _options.Preprocessing with { ImageSize = imageSize });
        var rowsTaken = plan.Take(state.StepInEpoch).Sum(rows => (long)rows.Length);
        var remaining = plan[state.StepInEpoch..];
        foreach (var batch in _features?.Batches(remaining, epoch, cancellationToken) ?? Images(remaining, epoch, rowsTaken, imageSize, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = StepsTaken(state);
            SeedGenerator(step);
            var loss = _step.Run(batch, step);
            if (!double.IsFinite(loss))
                throw NonFinite(loss, step, batch.Rows);
            state.Add(loss, batch.Rows.Count);
            if (state.StepInEpoch < plan.Length) // the end of the epoch is saved with its validation
                _checkpoints?.SaveIfDue(state, best, _step, _norms, step + 1);
        }

        state.Clock.Stop();
        // No later loss shows what the last update of the epoch did.
        if (!WeightsAreFinite())
            throw NonFinite(double.NaN, StepsTaken(state) - 1, plan[^1]);
    }

    /// <summary>What layers draw from libtorch's own generator, such as dropout, becomes a function of (seed, step).</summary>
    private void SeedGenerator(long step) =>
        random.manual_seed((long)SeededRandom.For(_options.Seed, RandomPurpose.Network, step).NextUInt64()).Dispose();

    private IEnumerable<ImageBatch> Images(int[][] plan, int epoch, long rowsTaken, int imageSize, CancellationToken cancellationToken) =>
        _loader.BatchesOfSize(plan, (row, place, target) => Augment(epoch, row, rowsTaken + place, target), imageSize, cancellationToken);

    private bool WeightsAreFinite()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return _trained.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    private NonFiniteLossException NonFinite(double loss, long step, IReadOnlyList<int> rows) => new(
        loss, step, (int)(step / StepsPerEpoch) + 1, _step.LearningRateAt(step), [.. rows.Select(_training.NameOf)],
        _norms?.SoFar() is { Count: > 0 } norms ? GradientDiagnosis.Of(norms) : null);

    /// <summary>A random view of a row; where rows may repeat within an epoch, each of their places has its own.</summary>
    private void Augment(int epoch, int row, long place, Span<float> target)
    {
        var view = _recipe.ClassBalancing > 0 ? place : row;
        _training.ReadView(row, _transform, SeededRandom.For(_options.Seed, RandomPurpose.Augmentation, epoch, view), target);
    }

    /// <summary>Frees buffers and optimizer state; the network stays the caller's.</summary>
    public void Dispose()
    {
        _fineTuning.Dispose();
        _step.Dispose();
        _features?.Dispose();
        _validationFeatures?.Dispose();
        _teachers?.Dispose();
        _loader.Dispose();
        _validation?.Dispose();
    }
}
