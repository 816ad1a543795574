using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using TorchSharp;
using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Scoring;
using Tricks.MLNet.Training;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.MLNet;

/// <summary>Trains a convolutional network with the bag of tricks (arXiv:1812.01187) on the images of a data view.</summary>
/// <remarks>
/// <para>Input: an image column (path, encoded bytes, MLImage or pixel vector) and a key label. Output of the trained
/// model: Score (probability of each class) and PredictedLabel (key), as of every multiclass trainer.</para>
/// <para>Every image is read and checked once before training. Small images stay decoded in memory; the others are read
/// again in each epoch, ahead of the training step. The best epoch by validation accuracy is kept.</para>
/// <para>Randomness is a function of the seed: the same seed, data, machine and number of threads give the same weights,
/// bit for bit. The device follows <c>MLContext.GpuDeviceId</c> and <c>FallbackToCpu</c>.</para>
/// </remarks>
public sealed partial class ConvNetTrainer : IEstimator<ImageScoringTransformer>
{
    private const string Source = "ConvNet";

    private readonly IHostEnvironment _environment;
    private readonly Options _options;
    private readonly HostLog _log;

    /// <summary>Checks the options, all together.</summary>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    internal ConvNetTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options.Copy());
        _log = new HostLog(environment, Source);
    }

    /// <summary>Trains on the rows; validation rows are those of the options, or split off by seed.</summary>
    /// <param name="input">The rows: an image column and a key label.</param>
    /// <returns>The trained model, owned by the caller.</returns>
    /// <exception cref="ArgumentException">Columns or data do not fit; the message names what and the remedy.</exception>
    /// <exception cref="ImageDecodingException">An image cannot be read, under the policy Throw.</exception>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite.</exception>
    /// <exception cref="CheckpointException">The checkpoint folder cannot be written, is in use, or belongs to another training.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, see <see cref="Options.OnCancellation"/>.</exception>
    /// <exception cref="WeightsFileException"><see cref="Options.InitialWeights"/> cannot be read.</exception>
    /// <exception cref="WeightsMismatchException"><see cref="Options.InitialWeights"/> do not fit the network.</exception>
    /// <exception cref="TorchBackendException">The native libraries or the GPU cannot be used.</exception>
    public ImageScoringTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains on the rows and chooses the best epoch by the validation rows.</summary>
    /// <param name="trainData">The rows to learn from.</param>
    /// <param name="validationData">The rows that choose the epoch; null takes those of the options, or splits them off the training rows.</param>
    /// <inheritdoc cref="Fit(IDataView)"/>
    public ImageScoringTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        var validation = validationData ?? _options.ValidationSet;
        if (_options.Recipe.EarlyStoppingPatience is not null && validation is null && _options.ValidationFraction == 0)
            throw new ArgumentException("EarlyStoppingPatience is set, but there are no validation rows; pass them to Fit, or set ValidationSet or ValidationFraction.");
        if (_options.CalibrateTemperature && validation is null && _options.ValidationFraction == 0)
            throw new ArgumentException("CalibrateTemperature is true, but there are no validation rows to fit the temperature on; pass them to Fit, or set ValidationSet or ValidationFraction.");
        var label = LabelColumn.Of(trainData.Schema, _options.LabelColumnName);
        var imageKind = ImageColumn.Of(trainData.Schema, _options.ImageColumnName).Kind;
        var headRows = HeadRows.Of(label.Classes.Names, _options.HeadRows.AsReadOnly(), (_options.InitialWeights as TrainedModelWeights)?.Model.ClassNames);
        var facts = EnvironmentFacts.Of(_environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        if (_options.ScoringPrecision == Precision.Float16 && device.type == DeviceType.CPU)
            throw new ArgumentException("ScoringPrecision is Float16, which needs a GPU; use BFloat16 or Float32 on the CPU.");
        PrecisionSelfTest.Ensure(_options.ScoringPrecision, device); // known before the training, not after it
        SlowPrecision.Warn(_log, "Training", "Recipe.Precision", _options.Recipe.Precision, device);
        SlowPrecision.Warn(_log, "Training", "ScoringPrecision", _options.ScoringPrecision, device);
        _log.Info("Training", $"{_options.Architecture} on {Devices.Describe(device, facts.GpuDeviceId)}");

        var teachers = Teachers.Of(_options.Teachers, label.Classes.Names);
        using var checkpoints = _options.Checkpoints is { } saving
            ? new CheckpointFolder(saving with { Log = message => _log.Info("Checkpoint", message) })
            : null; // before data is read: a folder that cannot be used is known at once
        using var cancellation = new EnvironmentCancellation(_environment, _options.CancellationToken);
        using var initialWeights = _options.InitialWeights?.Open(cancellation.Token); // a fault in them shows before the data is read
        using var data = TrainingData.Read(trainData, validation, label, _options, Seed(facts), facts.TempFilePath, _log, cancellation.Token);

        var seed = Seed(facts);
        var preprocessing = InitialPreprocessing.Of(
            _options.InitialWeights,
            initialWeights?.ConfigFor(_options.Architecture),
            _options.Preprocessing,
            imageSize => _options.WithDefaultImageSize(imageSize).EffectivePreprocessing,
            _log);
        var network = _options.Architecture.Build(label.Classes.Count, preprocessing.Channels, preprocessing.ImageSize);
        try
        {
            XavierInitialisation.Apply(network, seed);
            if (_options.Recipe.ZeroGamma)
                ZeroGamma.Apply(network);
            if (initialWeights is not null)
                Load(initialWeights, network, label.Classes.Count, preprocessing, headRows);
            network.to(device);
            var loopOptions = new TrainingLoopOptions
            {
                Recipe = _options.Recipe,
                Preprocessing = preprocessing,
                Seed = seed,
                Device = device,
                TopK = _options.TopK,
                Workers = _options.Workers,
                Teachers = teachers,
                OnCancellation = _options.OnCancellation,
                RecordNormsEvery = _options.RecordNormsEvery,
            };
            using var loop = new TrainingLoop(network, data.Training, data.Validation, loopOptions, checkpoints);
            if (loop.FeatureCacheDescription is { } description)
                _log.Info("Training", description);
            var result = loop.Run(new EpochLog(_log, _options.Progress), cancellation.Token);
            var classifier = new ImageClassifier(network, _options.Architecture, preprocessing, label.Classes.Count, device)
            {
                TestTimeAugmentation = _options.TestTimeAugmentation,
                Precision = _options.ScoringPrecision,
            };
            if (_options.CalibrateTemperature)
                Report(classifier.Calibrate(data.Validation!, _options.ScoringBatchSize, cancellation.Token));
            return new ImageScoringTransformer(_environment, classifier, label.Classes, new ScoringOptions
            {
                Columns = _options.Columns,
                ImageKind = imageKind,
                Decoding = _options.Decoding,
                UnreadableImages = _options.UnreadableImages,
                BatchSize = _options.ScoringBatchSize,
                TrainingRecord = TrainingRecord.Of(_options.Recipe, seed, result, data.Skipped.Count, classifier.Calibration),
                SkippedImages = data.Skipped,
            });
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private void Report(Calibration calibration) => _log.Info("Calibration", string.Create(
        CultureInfo.InvariantCulture,
        $"temperature {calibration.Temperature:f4}, fitted on {calibration.Rows} validation rows: expected calibration error {calibration.ErrorBefore:f4} before, {calibration.ErrorAfter:f4} after"));

    private void Load(OpenedWeights weights, nn.Module network, int classes, Preprocessing preprocessing, IReadOnlyDictionary<int, int>? headRows)
    {
        foreach (var sentence in weights.CopyTo(network, _options.Architecture, classes, preprocessing, headRows).Sentences())
            _log.Info("InitialWeights", sentence);
        weights.Dispose();
    }

    /// <summary>The input's columns, then Score and PredictedLabel.</summary>
    /// <exception cref="ArgumentException">The image or label column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(inputSchema, _options.ImageColumnName);
        LabelColumn.Check(inputSchema, _options.LabelColumnName);
        var replaced = ScoreColumns.Shape(_options.Columns, LabelColumn.KeyValueType(inputSchema, _options.LabelColumnName)).ToList();
        return new SchemaShape(inputSchema.Where(c => replaced.TrueForAll(r => r.Name != c.Name)).Concat(replaced));
    }

    private long Seed(EnvironmentFacts facts) => _options.Seed ?? facts.Seed ?? 0;
}
