using Microsoft.ML;
using Microsoft.ML.Runtime;
using TorchSharp;
using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Scoring;
using Tricks.MLNet.Training;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <summary>Makes a featurizer of trained weights: a column of features for any ML.NET trainer.</summary>
/// <remarks><see cref="Fit"/> reads no rows, only the schema: it loads the weights.</remarks>
public sealed partial class ConvNetFeaturesEstimator : IEstimator<ConvNetFeaturesTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly Options _options;
    private readonly HostLog _log;

    /// <summary>Checks the options, all together.</summary>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    internal ConvNetFeaturesEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options.Copy());
        _log = new HostLog(environment, "ConvNetFeatures");
    }

    /// <summary>Loads the weights.</summary>
    /// <param name="input">Data with the image column; its rows are not read.</param>
    /// <returns>The featurizer, owned by the caller.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    /// <exception cref="WeightsFileException"><see cref="Options.InitialWeights"/> cannot be read.</exception>
    /// <exception cref="WeightsMismatchException"><see cref="Options.InitialWeights"/> do not fit the network.</exception>
    /// <exception cref="TorchBackendException">The native libraries or the GPU cannot be used.</exception>
    public ConvNetFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Of(input.Schema, _options.ImageColumnName);
        var facts = EnvironmentFacts.Of(_environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        using var weights = _options.InitialWeights!.Open(CancellationToken.None);
        var classifier = Load(weights, device);
        try
        {
            return new ConvNetFeaturesTransformer(_environment, classifier, new FeaturizingOptions
            {
                ImageColumn = _options.ImageColumnName,
                OutputColumn = _options.OutputColumnName,
                Decoding = _options.Decoding,
                UnreadableImages = _options.UnreadableImages,
                BatchSize = _options.BatchSize,
            });
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private ImageClassifier Load(OpenedWeights weights, torch.Device device)
    {
        const int classes = 1; // features do not read the classifier, so the least of it is kept
        var preprocessing = InitialPreprocessing.Of(
            _options.InitialWeights,
            weights.ConfigFor(_options.Architecture),
            _options.Preprocessing,
            imageSize => _options.WithDefaultImageSize(imageSize).EffectivePreprocessing,
            _log);
        var network = _options.Architecture.Build(classes, preprocessing.Channels, preprocessing.ImageSize);
        try
        {
            foreach (var sentence in weights.CopyTo(network, _options.Architecture, classes, preprocessing).Sentences())
                _log.Info("InitialWeights", sentence);
            return new ImageClassifier(network, _options.Architecture, preprocessing, classes, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
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
