using System.Globalization;
using System.Text.Json;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Weights;

/// <summary>What weights were trained on, as timm's <c>config.json</c> says it: plain, or inside <c>pretrained_cfg</c>.</summary>
internal sealed record PretrainedConfig
{
    private const int MaximumBytes = 1 << 20;

    /// <summary>torchvision's Inception-v3: mean and deviation 0.5, shorter side 342, crop 299.</summary>
    internal static PretrainedConfig Inception { get; } = new()
    {
        Mean = [0.5f, 0.5f, 0.5f],
        StandardDeviation = [0.5f, 0.5f, 0.5f],
        ImageSize = 299,
        CropRatio = 299.0 / 342.0,
        From = "torchvision",
    };

    /// <summary>Of red, green and blue, in units of 0..1; null when it is not said.</summary>
    internal IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Of red, green and blue, in units of 0..1; null when it is not said.</summary>
    internal IReadOnlyList<float>? StandardDeviation { get; init; }

    /// <summary>Pixels; null when it is not said.</summary>
    internal int? ImageSize { get; init; }

    /// <summary>See <see cref="Preprocessing.CropRatio"/>; null when it is not said.</summary>
    internal double? CropRatio { get; init; }

    /// <summary>"bilinear", "bicubic", or another that is not known here; null when it is not said.</summary>
    internal string? Interpolation { get; init; }

    /// <summary>Who says it, for messages.</summary>
    internal required string From { get; init; }

    private bool IsEmpty => Mean is null && StandardDeviation is null && ImageSize is null && CropRatio is null && Interpolation is null;

    /// <summary>Reads the <c>config.json</c> in a file's folder; null where there is none, or where it says nothing of images.</summary>
    /// <exception cref="WeightsFileException">It is no JSON, or a value is out of range.</exception>
    internal static PretrainedConfig? Beside(string weightsPath)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(weightsPath))!, "config.json");
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaximumBytes)
                throw new FormatException($"it has {file.Length} bytes; at most {MaximumBytes} are read");
            using var document = JsonDocument.Parse(file);
            var config = Of(document.RootElement, path);
            return config.IsEmpty ? null : config;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new WeightsFileException($"'{path}', which describes the weights beside it, cannot be read: {fault.Message.TrimEnd('.')}. Mend it, or move the weights to a folder of their own.", fault);
        }
    }

    /// <summary>A preprocessing with these values in place of its own, where there are any.</summary>
    internal Preprocessing Apply(Preprocessing preprocessing) => preprocessing with
    {
        Mean = Channels(Mean, preprocessing.Channels) ?? preprocessing.Mean,
        StandardDeviation = Channels(StandardDeviation, preprocessing.Channels) ?? preprocessing.StandardDeviation,
        CropRatio = CropRatio ?? preprocessing.CropRatio,
        Interpolation = Interpolation switch { "bicubic" => Transforms.Interpolation.Bicubic, "bilinear" => Transforms.Interpolation.Bilinear, _ => preprocessing.Interpolation },
    };

    /// <summary>What is used of it, in words.</summary>
    internal string Describe(Preprocessing used) => string.Create(
        CultureInfo.InvariantCulture,
        $"{used.ImageSize} pixels, mean {string.Join(", ", used.Mean)}, deviation {string.Join(", ", used.StandardDeviation)}, crop ratio {used.CropRatio:f3}, {used.Interpolation} resizing")
        + (Interpolation is null or "bilinear" or "bicubic" ? "" : $", where the weights say {Interpolation}");

    /// <summary>In units of 0..255; gray takes the average, as <see cref="Preprocessing.ImageNet"/> does.</summary>
    private static float[]? Channels(IReadOnlyList<float>? values, int channels) =>
        values is null ? null : channels == 1 ? [255 * values.Average()] : [.. values.Select(value => 255 * value)];

    private static PretrainedConfig Of(JsonElement root, string path)
    {
        var values = root.TryGetProperty("pretrained_cfg", out var nested) ? nested : root;
        return new PretrainedConfig
        {
            Mean = Three(values, "mean", value => float.IsFinite(value)),
            StandardDeviation = Three(values, "std", value => value > 0 && float.IsFinite(value)),
            ImageSize = Size(values),
            CropRatio = Value(values, "crop_pct", JsonValueKind.Number)?.GetDouble() is { } ratio
                ? ratio is > 0 and <= 1 ? ratio : throw new FormatException($"crop_pct is {ratio} and must be in (0, 1]")
                : null,
            Interpolation = Value(values, "interpolation", JsonValueKind.String)?.GetString(),
            From = path,
        };
    }

    private static float[]? Three(JsonElement values, string name, Func<float, bool> isSound)
    {
        if (Value(values, name, JsonValueKind.Array) is not { } list)
            return null;
        var numbers = list.EnumerateArray().Select(number => number.GetSingle()).ToArray();
        return numbers.Length == 3 && numbers.All(isSound)
            ? numbers
            : throw new FormatException($"{name} is [{string.Join(", ", numbers)}] and must be three finite numbers in units of 0..1, deviations above 0");
    }

    private static int? Size(JsonElement values)
    {
        const int Largest = 4096;
        if (Value(values, "input_size", JsonValueKind.Array) is not { } list)
            return null;
        var sides = list.EnumerateArray().Select(side => side.GetInt32()).ToArray();
        return sides is [3, >= 1 and <= Largest and var height, var width] && height == width
            ? height
            : throw new FormatException($"input_size is [{string.Join(", ", sides)}] and must be [3, n, n] with n from 1 to {Largest}");
    }

    private static JsonElement? Value(JsonElement values, string name, JsonValueKind kind) =>
        !values.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == kind ? value
        : throw new FormatException($"{name} is {value.ValueKind} and must be {kind}");
}
