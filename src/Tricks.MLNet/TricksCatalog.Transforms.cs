using Tricks.MLNet;
using Tricks.MLNet.Interop;

namespace Microsoft.ML;

/// <content>Transforms.</content>
public static partial class TricksCatalog
{
    /// <summary>Adds the features of a convolutional network, for any ML.NET trainer.</summary>
    /// <param name="catalog">mlContext.Transforms.</param>
    /// <param name="options">Columns, architecture, weights and the rest.</param>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    public static ConvNetFeaturesEstimator ConvNetFeatures(this TransformsCatalog catalog, ConvNetFeaturesEstimator.Options options) =>
        new(CatalogEnvironment.Of(catalog), options);

    /// <summary>Adds the features of a trained image classifier, for any ML.NET trainer.</summary>
    /// <param name="catalog">mlContext.Transforms.</param>
    /// <param name="model">
    /// Gives architecture, weights, preprocessing and decoding. Its weights are copied when <c>Fit</c> is called; it stays the caller's.
    /// </param>
    /// <param name="outputColumnName">The column of features.</param>
    /// <param name="imageColumnName">The image: a path, encoded bytes, an MLImage or a pixel vector; the model's by default.</param>
    /// <exception cref="ArgumentException">Options are out of range; every fault is listed.</exception>
    public static ConvNetFeaturesEstimator ConvNetFeatures(
        this TransformsCatalog catalog, ImageScoringTransformer model, string outputColumnName = "Features", string? imageColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ConvNetFeaturesEstimator(CatalogEnvironment.Of(catalog), new ConvNetFeaturesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName ?? model.FeatureColumnName,
            Architecture = model.Architecture,
            InitialWeights = model,
            Channels = model.Preprocessing.Channels,
            Preprocessing = model.Preprocessing,
            Decoding = model.Options.Decoding,
            UnreadableImages = model.UnreadableImages,
            BatchSize = model.ScoringBatchSize,
        });
    }
}
