using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>TrivialAugment and RandAugment: random operations without a search for the right ones.</summary>
/// <remarks>
/// Operations are drawn uniformly from the 14 of <see cref="ImageOperation"/>, magnitudes from 31 bins, signs by a coin; the
/// ranges are torchvision's (TrivialAugmentWide and RandAugment), which are the papers'. Pixels come from the nearest one; what
/// comes in from outside is black.
/// </remarks>
public static class AutoAugmentation
{
    /// <summary>Bins from the least to the largest magnitude.</summary>
    public const int Bins = 31;

    /// <summary>Applies random operations.</summary>
    /// <param name="image">The image; not written.</param>
    /// <param name="kind">How they are chosen.</param>
    /// <param name="operations">RandAugment's number of operations, at least 0; 0 is off.</param>
    /// <param name="magnitude">RandAugment's bin, 0 to 30.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <returns>A new image of the same shape, or the given one where nothing changes.</returns>
    public static ImagePixels Apply(ImagePixels image, AutoAugmentationKind kind, int operations, int magnitude, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        if (kind == AutoAugmentationKind.None)
            return image;
        for (var i = 0; i < (kind == AutoAugmentationKind.Trivial ? 1 : operations); i++)
        {
            var operation = (ImageOperation)random.NextInt32(Enum.GetValues<ImageOperation>().Length);
            var bin = kind == AutoAugmentationKind.Trivial ? random.NextInt32(Bins) : magnitude;
            var sign = IsSigned(operation) && random.NextBoolean(0.5) ? -1 : 1;
            image = ImageOperations.Apply(image, operation, sign * Magnitude(operation, kind, bin, image.Width, image.Height));
        }

        return image;
    }

    /// <summary>The magnitude of an operation at a bin.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">Whose range: TrivialAugment's is wider.</param>
    /// <param name="bin">0 to 30; the strength rises with it.</param>
    /// <param name="width">Pixels of a row; RandAugment's translations are 150/331 of it at most.</param>
    /// <param name="height">Number of rows.</param>
    public static double Magnitude(ImageOperation operation, AutoAugmentationKind kind, int bin, int width, int height)
    {
        var (share, wide) = (bin / (double)(Bins - 1), kind == AutoAugmentationKind.Trivial);
        return operation switch
        {
            ImageOperation.ShearX or ImageOperation.ShearY => share * (wide ? 0.99 : 0.3),
            ImageOperation.TranslateX => share * (wide ? 32 : 150.0 / 331 * width),
            ImageOperation.TranslateY => share * (wide ? 32 : 150.0 / 331 * height),
            ImageOperation.Rotate => share * (wide ? 135 : 30),
            ImageOperation.Brightness or ImageOperation.Color or ImageOperation.Contrast or ImageOperation.Sharpness => share * (wide ? 0.99 : 0.9),
            ImageOperation.Posterize => 8 - Math.Round(bin / ((Bins - 1) / (wide ? 6.0 : 4.0))),
            ImageOperation.Solarize => 255 * (1 - share),
            _ => 0,
        };
    }

    private static bool IsSigned(ImageOperation operation) => operation is >= ImageOperation.ShearX and <= ImageOperation.Sharpness;

    /// <summary>The same on an image in units of 0..255, in place: rounded to bytes, as the operations are defined on them.</summary>
    internal static void Apply(Span<float> values, int size, int channels, Augmentation augmentation, SeededRandom random)
    {
        var bytes = new byte[values.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round(values[i]), 0, 255);
        var result = Apply(
            new ImagePixels(size, size, channels, bytes),
            augmentation.AutoAugmentation, augmentation.RandAugmentOperations, augmentation.RandAugmentMagnitude, random);
        for (var i = 0; i < bytes.Length; i++)
            values[i] = result.Values[i];
    }
}
