using System.Text.Json.Serialization;

namespace Tricks.Torch.Transforms;

/// <summary>What a trained network expects of an image: size, channels, and the mean and deviation of each channel.</summary>
/// <remarks>
/// Training and scoring share it, so that a saved model needs nothing else. A value v (0..255) of channel c becomes
/// (v - Mean[c]) / StandardDeviation[c].
/// </remarks>
public sealed record Preprocessing
{
    /// <summary>Height and width of the network's input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>1 (gray) or 3 (red, green, blue). Default 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Mean of each channel in units of 0..255.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviation of each channel in units of 0..255.</summary>
    public required IReadOnlyList<float> StandardDeviation { get; init; }

    /// <summary>Evaluation resizes the shorter side to ImageSize / CropRatio and crops the centre. Range (0, 1], default 224/256.</summary>
    /// <remarks>BoT §2.1: shorter edge 256, centre crop 224. 1 crops nothing of a square image, as suits small images.</remarks>
    public double CropRatio { get; init; } = 224.0 / 256.0;

    /// <summary>The filter that resizes images, in training and in evaluation. Default <see cref="Interpolation.Bilinear"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // saved models and checkpoints of before it was an option
    public Interpolation Interpolation { get; init; }

    /// <summary>The values of BoT §2.1 (ImageNet): mean 123.68, 116.779, 103.939, deviation 58.393, 57.12, 57.375.</summary>
    /// <param name="imageSize">Height and width of the network's input in pixels.</param>
    /// <param name="channels">3, or 1: gray images take the average over the three channels.</param>
    /// <param name="cropRatio">See <see cref="CropRatio"/>; by default 224/256 above 64 pixels and 1 up to there.</param>
    public static Preprocessing ImageNet(int imageSize, int channels = 3, double? cropRatio = null) => new()
    {
        ImageSize = imageSize,
        Channels = channels,
        Mean = channels == 1 ? [114.799f] : [123.68f, 116.779f, 103.939f],
        StandardDeviation = channels == 1 ? [57.629f] : [58.393f, 57.12f, 57.375f],
        CropRatio = cropRatio ?? (imageSize <= SmallImageSize ? 1.0 : 224.0 / 256.0),
    };

    /// <summary>Images up to this size (pixels) are treated as small: padded and cropped as in [R §4.2], not as ImageNet's.</summary>
    public const int SmallImageSize = 64;

    /// <summary>One sentence for every value that is out of range; none for a sound preprocessing.</summary>
    public IEnumerable<string> Faults()
    {
        if (ImageSize < 1)
            yield return $"Preprocessing.ImageSize is {ImageSize}; it must be at least 1.";
        if (Channels is not (1 or 3))
            yield return $"Preprocessing.Channels is {Channels}; it must be 1 (gray) or 3 (RGB).";
        if (Mean.Count != Channels || StandardDeviation.Count != Channels)
            yield return $"Preprocessing has {Mean.Count} means and {StandardDeviation.Count} deviations for {Channels} channels; give one of each for every channel.";
        if (Mean.Any(mean => !float.IsFinite(mean)))
            yield return $"Preprocessing.Mean is {string.Join(", ", Mean)}; it must be finite, in units of 0..255.";
        if (StandardDeviation.Any(deviation => !(deviation > 0 && float.IsFinite(deviation))))
            yield return $"Preprocessing.StandardDeviation is {string.Join(", ", StandardDeviation)}; it must be finite and greater than 0, in units of 0..255.";
        if (!Enum.IsDefined(Interpolation))
            yield return $"Preprocessing.Interpolation is {Interpolation}; it must be {string.Join(" or ", Enum.GetNames<Interpolation>())}.";
        if (CropRatio is not (> 0 and <= 1))
            yield return $"Preprocessing.CropRatio is {CropRatio}; it must be in (0, 1]. 1 crops nothing of a square image.";
    }
}
