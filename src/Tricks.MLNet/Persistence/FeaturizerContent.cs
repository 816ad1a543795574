using System.Text.Json;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Scoring;

namespace Tricks.MLNet.Persistence;

/// <summary>A featurizer to a payload and back.</summary>
internal static class FeaturizerContent
{
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ModelPayload ToPayload(ConvNetFeaturesTransformer transformer) => new(
        JsonSerializer.SerializeToUtf8Bytes(Describe(transformer), ManifestJson.Default.FeaturizerManifest),
        SavedNetwork.Weights(transformer.Model));

    private static FeaturizerManifest Describe(ConvNetFeaturesTransformer transformer) => new()
    {
        FormatVersion = FeaturizerManifest.CurrentFormatVersion,
        Architecture = transformer.Architecture.Name,
        Classes = transformer.Model.Classes,
        Preprocessing = transformer.Preprocessing,
        ImageColumn = transformer.Options.ImageColumn,
        OutputColumn = transformer.Options.OutputColumn,
        Decoding = ManifestDecoding.Of(transformer.Options.Decoding),
        UnreadableImages = transformer.Options.UnreadableImages,
        BatchSize = transformer.Options.BatchSize,
    };

    /// <param name="environment">Whose device the model will use.</param>
    /// <param name="payload">Verified.</param>
    /// <exception cref="InvalidDataException">The format is newer, or the content contradicts itself.</exception>
    public static ConvNetFeaturesTransformer FromPayload(IHostEnvironment environment, ModelPayload payload) => SavedNetwork.Read(
        payload,
        FeaturizerManifest.CurrentFormatVersion,
        () => Build(environment, JsonSerializer.Deserialize(payload.Manifest, ManifestJson.Default.FeaturizerManifest)!, payload.Weights));

    private static ConvNetFeaturesTransformer Build(IHostEnvironment environment, FeaturizerManifest manifest, byte[] weights)
    {
        var options = new FeaturizingOptions
        {
            ImageColumn = manifest.ImageColumn,
            OutputColumn = manifest.OutputColumn,
            Decoding = manifest.Decoding.ToOptions(),
            UnreadableImages = manifest.UnreadableImages,
            BatchSize = manifest.BatchSize,
        };
        var classifier = SavedNetwork.Build(environment, manifest.Architecture, manifest.Classes, manifest.Preprocessing, weights);
        try
        {
            return new ConvNetFeaturesTransformer(environment, classifier, options);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
