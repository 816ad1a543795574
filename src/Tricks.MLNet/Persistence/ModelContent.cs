using System.Text.Json;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Persistence;

/// <summary>A classifier to a payload and back.</summary>
internal static class ModelContent
{
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ModelPayload ToPayload(ImageScoringTransformer transformer) => new(
        JsonSerializer.SerializeToUtf8Bytes(Describe(transformer), ManifestJson.Default.ModelManifest),
        SavedNetwork.Weights(transformer.Model));

    private static ModelManifest Describe(ImageScoringTransformer transformer) => new()
    {
        FormatVersion = ModelManifest.CurrentFormatVersion,
        Architecture = transformer.Architecture.Name,
        Classes = new ManifestClasses(ClassLabelType.OfDataViewType(transformer.Classes.Type)!.Name, transformer.Classes.Names),
        Preprocessing = transformer.Preprocessing,
        Columns = transformer.Options.Columns,
        ImageKind = transformer.Options.ImageKind,
        Decoding = ManifestDecoding.Of(transformer.Options.Decoding),
        UnreadableImages = transformer.Options.UnreadableImages,
        ScoringBatchSize = transformer.Options.BatchSize,
        TestTimeAugmentation = transformer.TestTimeAugmentation,
        Calibration = transformer.Calibration,
        ScoringPrecision = transformer.ScoringPrecision,
        Training = JsonElement.Parse(transformer.TrainingRecord),
    };

    /// <param name="environment">Whose device the model will use.</param>
    /// <param name="payload">Verified.</param>
    /// <exception cref="InvalidDataException">The format is newer, or the content contradicts itself.</exception>
    public static ImageScoringTransformer FromPayload(IHostEnvironment environment, ModelPayload payload) => SavedNetwork.Read(
        payload,
        ModelManifest.CurrentFormatVersion,
        () => Build(environment, JsonSerializer.Deserialize(payload.Manifest, ManifestJson.Default.ModelManifest)!, payload.Weights));

    private static ImageScoringTransformer Build(IHostEnvironment environment, ModelManifest manifest, byte[] weights)
    {
        var labelType = ClassLabelType.OfName(manifest.Classes.Type) ?? throw new FormatException(
            $"the class type is '{manifest.Classes.Type}'; known are {ClassLabelType.Allowed}");
        var classes = labelType.Parse(manifest.Classes.Names);
        if (!Enum.IsDefined(manifest.ScoringPrecision))
            throw new FormatException($"ScoringPrecision is {(int)manifest.ScoringPrecision}; it must be one of {string.Join(", ", Enum.GetNames<Precision>())}");
        var options = new ScoringOptions
        {
            Columns = manifest.Columns,
            ImageKind = manifest.ImageKind,
            Decoding = manifest.Decoding.ToOptions(),
            UnreadableImages = manifest.UnreadableImages,
            BatchSize = manifest.ScoringBatchSize,
            TrainingRecord = manifest.Training.GetRawText(),
        };
        var classifier = SavedNetwork.Build(environment, manifest.Architecture, classes.Count, manifest.Preprocessing, weights, manifest.TestTimeAugmentation, manifest.Calibration);
        try
        {
            classifier.Precision = ScoringDevice.UsablePrecision(environment, manifest.ScoringPrecision);
            return new ImageScoringTransformer(environment, classifier, classes, options);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
