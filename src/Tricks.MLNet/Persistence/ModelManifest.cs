using System.Text.Json;
using System.Text.Json.Serialization;
using Tricks.MLNet.Images;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Persistence;

/// <summary>Everything of a saved model except its weights; plain data, in which no type is named.</summary>
internal sealed record ModelManifest
{
    /// <summary>The format that is written. A reader refuses what is newer.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>1 for everything described here.</summary>
    public required int FormatVersion { get; init; }

    /// <summary><c>Architecture.Name</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The classes in the order of the scores.</summary>
    public required ManifestClasses Classes { get; init; }

    /// <summary>What happens to an image before the network sees it.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>Names of the columns read and written.</summary>
    public required ScoringColumns Columns { get; init; }

    /// <summary>What the image column held in training.</summary>
    public required ImageColumnKind ImageKind { get; init; }

    /// <summary>How files become pixels.</summary>
    public required ManifestDecoding Decoding { get; init; }

    /// <summary>What happens to an image that cannot be read.</summary>
    public required UnreadableImagePolicy UnreadableImages { get; init; }

    /// <summary>Rows per forward.</summary>
    public required int ScoringBatchSize { get; init; }

    /// <summary>The views that scores average over.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; } = TestTimeAugmentation.None;

    /// <summary>The temperature of the scores; null is 1.</summary>
    public Calibration? Calibration { get; init; }
    /// <summary>The number format of scoring. Files from before there was a choice lack it.</summary>
    public Precision ScoringPrecision { get; init; } = Precision.Float32;

    /// <summary>The trainer's record of recipe and epochs, a JSON object that scoring does not read.</summary>
    public required JsonElement Training { get; init; }
}

/// <summary>Classes in a saved model.</summary>
/// <param name="Type">One of <see cref="ClassLabelType.All"/>, by name.</param>
/// <param name="Names">The values as text in the invariant culture.</param>
internal sealed record ManifestClasses(string Type, IReadOnlyList<string> Names);

/// <summary>The decoder's options in a saved model.</summary>
/// <param name="MaxPixels"><see cref="ImageDecoderOptions.MaxPixels"/>.</param>
/// <param name="Background"><see cref="ImageDecoderOptions.Background"/> as [red, green, blue].</param>
internal sealed record ManifestDecoding(long MaxPixels, IReadOnlyList<int> Background)
{
    public static ManifestDecoding Of(ImageDecoderOptions options) =>
        new(options.MaxPixels, [options.Background.Red, options.Background.Green, options.Background.Blue]);

    /// <exception cref="FormatException">The background is no colour.</exception>
    public ImageDecoderOptions ToOptions() => Background is [>= 0 and <= 255, >= 0 and <= 255, >= 0 and <= 255]
        ? new() { MaxPixels = MaxPixels, Background = ((byte)Background[0], (byte)Background[1], (byte)Background[2]) }
        : throw new FormatException($"the background is [{string.Join(", ", Background)}], which is no colour");
}

/// <summary>The version alone, which is read first: a newer format may differ in all the rest.</summary>
internal sealed record ManifestVersion
{
    public required int FormatVersion { get; init; }
}

/// <summary>How a manifest is written: camel case, enums by name, indented for whoever unzips a model.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(FeaturizerManifest))]
[JsonSerializable(typeof(ManifestVersion))]
internal sealed partial class ManifestJson : JsonSerializerContext;
