using System.Text.Json;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Persistence;

/// <summary>A transformer to a payload and back.</summary>
internal static class ModelContent
{
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static ModelPayload ToPayload(ImageScoringTransformer transformer)
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(Describe(transformer), ManifestJson.Default.ModelManifest);
        try
        {
            return new ModelPayload(manifest, transformer.Model.WhileAlive(() => Weights(transformer.Model)));
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }

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
        Training = JsonElement.Parse(transformer.TrainingRecord),
    };

    private static byte[] Weights(ImageClassifier classifier)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, StateDict.Of(classifier.Network));
        return stream.ToArray();
    }

    /// <param name="environment">Whose device the model will use.</param>
    /// <param name="payload">Verified.</param>
    /// <exception cref="InvalidDataException">The format is newer, the architecture is unknown here, or the content contradicts itself.</exception>
    public static ImageScoringTransformer FromPayload(IHostEnvironment environment, ModelPayload payload)
    {
        try
        {
            CheckVersion(payload.Manifest);
            var manifest = JsonSerializer.Deserialize(payload.Manifest, ManifestJson.Default.ModelManifest)!;
            return Build(environment, manifest, payload.Weights);
        }
        catch (UnknownArchitectureException e)
        {
            throw new InvalidDataException($"The saved image classifier cannot be built: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException
            or SafetensorsException or WeightsMismatchException)
        {
            throw DamagedModel.Exception($"its content contradicts itself ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static void CheckVersion(byte[] manifest)
    {
        var version = JsonSerializer.Deserialize(manifest, ManifestJson.Default.ManifestVersion)!.FormatVersion;
        if (version > ModelManifest.CurrentFormatVersion)
        {
            throw new InvalidDataException(
                $"The saved image classifier has format version {version}; this version of Tricks.MLNet reads up to " +
                $"{ModelManifest.CurrentFormatVersion}. Update the package Tricks.MLNet.");
        }
    }

    private static ImageScoringTransformer Build(IHostEnvironment environment, ModelManifest manifest, byte[] weights)
    {
        var labelType = ClassLabelType.OfName(manifest.Classes.Type) ?? throw new FormatException(
            $"the class type is '{manifest.Classes.Type}'; known are {ClassLabelType.Allowed}");
        var classes = labelType.Parse(manifest.Classes.Names);
        var options = new ScoringOptions
        {
            Columns = manifest.Columns,
            ImageKind = manifest.ImageKind,
            Decoding = manifest.Decoding.ToOptions(),
            UnreadableImages = manifest.UnreadableImages,
            BatchSize = manifest.ScoringBatchSize,
            TrainingRecord = manifest.Training.GetRawText(),
        };
        var classifier = BuildClassifier(environment, manifest, weights);
        try
        {
            return new ImageScoringTransformer(environment, classifier, classes, options);
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private static ImageClassifier BuildClassifier(IHostEnvironment environment, ModelManifest manifest, byte[] weights)
    {
        var (preprocessing, classes) = (manifest.Preprocessing, manifest.Classes.Names.Count);
        var device = ScoringDevice.Of(environment);
        var architecture = Architecture.Parse(manifest.Architecture);
        var network = architecture.Build(classes, preprocessing.Channels, preprocessing.ImageSize);
        try
        {
            using var content = Safetensors.Read(weights);
            StateDict.Load(network, content.Tensors);
            return new ImageClassifier(network, architecture, preprocessing, classes, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
