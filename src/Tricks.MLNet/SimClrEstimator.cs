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
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <summary>Pretrains a network on images that nobody labelled (SimCLR, arXiv:2002.05709).</summary>
/// <remarks>
/// <para>Input: an image column (path, encoded bytes, MLImage or pixel vector); no label is read. The model adds a column of
/// features h for any ML.NET trainer, and gives the initial weights of a <see cref="ConvNetTrainer"/>.</para>
/// <para>The same seed, data, machine and number of threads give the same weights, bit for bit.</para>
/// </remarks>
public sealed partial class SimClrEstimator : IEstimator<ConvNetFeaturesTransformer>
{
    private const string Source = "SimClr";

    private readonly IHostEnvironment _environment;
    private readonly Options _options;
    private readonly HostLog _log;

    /// <summary>Checks the options, all together.</summary>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    internal SimClrEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options.Copy());
        _log = new HostLog(environment, Source);
    }

    /// <summary>What the last <see cref="Fit"/> gave.</summary>
    internal ConvNetFeaturesTransformer? LastFit { get; private set; }

    /// <summary>The weights that <see cref="Fit"/> will find, for a <see cref="ConvNetTrainer"/> further down in the same pipeline.</summary>
    /// <remarks>The trainer needs the same architecture, channels and image size. An unfitted estimator is an error when the trainer's <c>Fit</c> begins.</remarks>
    public InitialWeights ToInitialWeights() => new PretrainingWeights(this);

    /// <summary>Pretrains on all rows.</summary>
    /// <param name="input">Data with the image column; other columns are not read.</param>
    /// <returns>The featurizer, owned by the caller.</returns>
    /// <exception cref="ArgumentException">Column, data or options do not fit each other; the message names what and the remedy.</exception>
    /// <exception cref="ImageDecodingException">An image cannot be read, under the policy Throw.</exception>
    /// <exception cref="ArithmeticException">The loss became NaN or infinite.</exception>
    /// <exception cref="CheckpointException">The checkpoints are another pretraining's, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TorchBackendException">The native libraries or the GPU cannot be used.</exception>
    public ConvNetFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Of(input.Schema, _options.ImageColumnName);
        var facts = EnvironmentFacts.Of(_environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        var (architecture, preprocessing) = (_options.EffectiveArchitecture, _options.EffectivePreprocessing);
        SlowPrecision.Warn(_log, "Pretraining", "Recipe.Precision", _options.Recipe.Precision, device);
        _log.Info("Pretraining", $"{architecture} on {Devices.Describe(device, facts.GpuDeviceId)}");

        using var checkpoints = _options.Checkpoints is { } saving
            ? new CheckpointFolder(saving with { Log = message => _log.Info("Checkpoint", message) })
            : null;
        using var cancellation = new EnvironmentCancellation(_environment, _options.CancellationToken);
        var memory = new MemoryBudget(_options.CacheBytes);
        using var data = UnlabelledImages.Read(input, _options, memory, facts.TempFilePath, cancellation.Token);
        using var probe = ProbeImages.Read(_options, memory, facts.TempFilePath, cancellation.Token);
        Report(data);

        var seed = _options.Seed ?? facts.Seed ?? 0;
        var network = architecture.Build(classes: 1, preprocessing.Channels, preprocessing.ImageSize); // the classifier is not used
        try
        {
            XavierInitialisation.Apply(network, seed);
            network.to(device);
            using (var loop = new SimClrLoop(network, data.Images, LoopOptions(seed, device, probe?.Probe), checkpoints))
                loop.Run(new PretrainingLog(_log, _options.Progress), cancellation.Token);
            return LastFit = new ConvNetFeaturesTransformer(
                _environment, new ImageClassifier(network, architecture, preprocessing, classes: 1, device), new FeaturizingOptions
                {
                    ImageColumn = _options.ImageColumnName,
                    OutputColumn = _options.OutputColumnName,
                    Decoding = _options.Decoding,
                    UnreadableImages = _options.UnreadableImages,
                    BatchSize = _options.ScoringBatchSize,
                });
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private SimClrLoopOptions LoopOptions(long seed, torch.Device device, OnlineProbe? probe) => new()
    {
        Recipe = _options.Recipe,
        Preprocessing = _options.EffectivePreprocessing,
        Seed = seed,
        Device = device,
        Workers = _options.Workers,
        EnlargeSmallImages = _options.EnlargeSmallImages,
        Probe = probe,
    };

    private void Report(UnlabelledImages data)
    {
        _log.Info("Data", $"{data.Images.Count} images");
        foreach (var skipped in data.Skipped)
            _log.Warning("Data", $"Skipped {skipped}");
        if (data.Skipped.Count > 0)
            _log.Warning("Data", $"{data.Skipped.Count} unreadable images were skipped");
    }

    /// <summary>The input's columns, then the features.</summary>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(inputSchema, _options.ImageColumnName);
        var features = FeatureColumn.Shape(_options.OutputColumnName);
        return new SchemaShape(inputSchema.Where(column => column.Name != features.Name).Append(features));
    }
}
