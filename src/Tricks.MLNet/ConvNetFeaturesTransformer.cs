using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Persistence;
using Tricks.MLNet.Scoring;
using Tricks.MLNet.Training;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet;

/// <summary>A convolutional network without its classifier as an ML.NET transformer: adds a column of features.</summary>
/// <remarks>
/// <para>The column is a vector of Single, <see cref="FeatureCount"/> long: what the network's last layer would read, such as
/// the global average of a ResNet's last stage. Every ML.NET trainer takes it as its features. It is not normalised; linear
/// trainers want <c>NormalizeMeanVariance</c> between.</para>
/// <para>The image column may be an image, encoded bytes, a path (relative to the current directory) or a vector of
/// pixels 0..255. Lazy and batched, as <see cref="ImageScoringTransformer"/>; several threads may use one transformer.</para>
/// <para>Owns its network; disposing it frees the weights. <c>mlContext.Model.Save</c> and <c>Load</c> keep everything.</para>
/// </remarks>
public sealed class ConvNetFeaturesTransformer : ITransformer, IDisposable
{
    private readonly HostLog _log;

    /// <summary>Takes ownership of a network.</summary>
    /// <exception cref="ArgumentException">The batch size is below 1.</exception>
    /// <exception cref="NotSupportedException">The network shows no features.</exception>
    internal ConvNetFeaturesTransformer(IHostEnvironment environment, ImageClassifier network, FeaturizingOptions options)
    {
        if (options.BatchSize < 1)
            throw new ArgumentException($"BatchSize is {options.BatchSize}; it must be at least 1.", nameof(options));
        (Model, Options, FeatureCount) = (network, options, network.FeatureCount);
        _log = new HostLog(environment, nameof(ConvNetFeaturesTransformer));
    }

    /// <summary>The network with its preprocessing; owned by this transformer.</summary>
    public ImageClassifier Model { get; }

    /// <summary>Length of a feature vector: 512 for ResNet-18, 2048 for ResNet-50.</summary>
    public int FeatureCount { get; }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture => Model.Architecture;

    /// <summary>What happens to an image before the network sees it.</summary>
    public Preprocessing Preprocessing => Model.Preprocessing;

    internal FeaturizingOptions Options { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The input schema with the features added.</summary>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    /// <summary>The input with the features added. Nothing is read before a cursor asks for them.</summary>
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringDataView(input, Bind(input.Schema), NewScorer, Options.BatchSize);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoringRowMapper(Bind(inputSchema), NewScorer);

    void ICanSaveModel.Save(ModelSaveContext ctx) => FeaturizerFile.Save(ctx, this);

    /// <summary>The weights as a start for a training: all but the classifier, which begins afresh.</summary>
    /// <remarks>They are copied when <c>Fit</c> begins; this transformer must not be disposed before then, and is not changed.</remarks>
    public InitialWeights ToInitialWeights() => new FeaturizerWeights(this);

    /// <summary>The same as <see cref="ToInitialWeights"/>, so that an option reads <c>InitialWeights = featurizer</c>.</summary>
    public static implicit operator InitialWeights(ConvNetFeaturesTransformer featurizer)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        return featurizer.ToInitialWeights();
    }

    /// <summary>Writes the weights as a safetensors file, which <c>InitialWeights.WeightsFile</c>, PyTorch and others read.</summary>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveWeights(string path)
    {
        var weights = SavedNetwork.Weights(Model);
        File.WriteAllBytes(path, weights);
    }

    /// <summary>Frees the weights, once no thread is using them any more.</summary>
    public void Dispose() => Model.Dispose();

    private ScoringBindings Bind(DataViewSchema input) =>
        new(input, Options.ImageColumn, new FeatureColumn(Options.OutputColumn, FeatureCount));

    private ImageScorer NewScorer() => new(
        ImageVectors.Features(Model, Options.OutputColumn), Preprocessing.Channels, Options.Decoding, Options.UnreadableImages, _log);
}
