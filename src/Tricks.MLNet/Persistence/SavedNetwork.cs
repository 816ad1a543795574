using System.Text.Json;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Persistence;

/// <summary>What every saved model has in common: a format version, and a network with its weights.</summary>
internal static class SavedNetwork
{
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static byte[] Weights(ImageClassifier classifier)
    {
        try
        {
            return classifier.WhileAlive(() =>
            {
                using var stream = new MemoryStream();
                Safetensors.Write(stream, StateDict.Of(classifier.Network));
                return stream.ToArray();
            });
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }

    /// <summary>Builds a model of a payload.</summary>
    /// <param name="payload">Verified.</param>
    /// <param name="currentVersion">The newest format that can be read.</param>
    /// <param name="build">Reads the manifest and makes the model.</param>
    /// <exception cref="InvalidDataException">The format is newer, the architecture is unknown here, or the content contradicts itself.</exception>
    public static T Read<T>(ModelPayload payload, int currentVersion, Func<T> build)
    {
        try
        {
            var version = JsonSerializer.Deserialize(payload.Manifest, ManifestJson.Default.ManifestVersion)!.FormatVersion;
            if (version > currentVersion)
            {
                throw new InvalidDataException(
                    $"The saved image model has format version {version}; this version of Tricks.MLNet reads up to " +
                    $"{currentVersion}. Update the package Tricks.MLNet.");
            }

            return build();
        }
        catch (UnknownArchitectureException e)
        {
            throw new InvalidDataException($"The saved image model cannot be built: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException
            or SafetensorsException or WeightsMismatchException)
        {
            throw DamagedModel.Exception($"its content contradicts itself ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>The network of a manifest with the weights of its payload, where the environment says models score.</summary>
    public static ImageClassifier Build(
        IHostEnvironment environment, string architectureName, int classes, Preprocessing preprocessing, byte[] weights,
        TestTimeAugmentation? views = null, Calibration? calibration = null)
    {
        var device = ScoringDevice.Of(environment);
        var architecture = Architecture.Parse(architectureName);
        var network = XavierInitialisation.LeftOut(() => architecture.Build(classes, preprocessing.Channels, preprocessing.ImageSize));
        try
        {
            using var content = Safetensors.Read(weights);
            StateDict.Load(network, content.Tensors);
            return new ImageClassifier(network, architecture, preprocessing, classes, device)
            {
                TestTimeAugmentation = views ?? TestTimeAugmentation.None,
                Calibration = calibration,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
