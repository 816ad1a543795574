namespace Tricks.Torch.Transforms;

/// <summary>Shorter side resized, centre cropped: how an image is brought to the network's size in evaluation (BoT §2.1).</summary>
/// <remarks>
/// Sizes round as torchvision's <c>Resize(shorterSide)</c> and <c>CenterCrop(size)</c>: the longer side becomes
/// floor(shorterSide * longer / shorter), and the crop starts at (side - size) / 2, halves to even.
/// Only the pixels inside the crop are computed; they are bit-equal to resizing the whole image.
/// </remarks>
public static class CenterCrop
{
    /// <summary>Resizes the shorter side and crops the centre.</summary>
    /// <param name="image">The source, (H, W, C).</param>
    /// <param name="shorterSide">Pixels of the shorter side after resizing, at least <paramref name="size"/>.</param>
    /// <param name="size">Height and width of the crop.</param>
    /// <param name="target">size * size * C values, (size, size, C), in units of 0..255.</param>
    /// <param name="interpolation">The filter; bilinear by default.</param>
    public static void Apply(ImagePixels image, int shorterSide, int size, Span<float> target, Interpolation interpolation = Interpolation.Bilinear) =>
        Apply(image, shorterSide, size, target, x: 0.5, y: 0.5, interpolation);

    /// <summary>The same anywhere in the resized image: x and y run from 0 (left, top) to 1 (right, bottom).</summary>
    internal static void Apply(ImagePixels image, int shorterSide, int size, Span<float> target, double x, double y, Interpolation interpolation)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(shorterSide, size);
        var (width, height) = ResizedSize(image.Width, image.Height, shorterSide);
        var window = new Resize.Window(Offset(width, size, x), Offset(height, size, y), size, size);
        Resize.Apply(image, Box.Of(image), width, height, window, interpolation, target);
    }

    /// <summary>The size that brings the shorter side to <paramref name="shorterSide"/> and keeps the aspect ratio.</summary>
    internal static (int Width, int Height) ResizedSize(int width, int height, int shorterSide) => width <= height
        ? (shorterSide, LongerSide(shorterSide, height, width))
        : (LongerSide(shorterSide, width, height), shorterSide);

    // A line one pixel wide and millions long would exceed an int; its aspect ratio may then shrink, as all else is cropped.
    private static int LongerSide(int shorterSide, int longer, int shorter) =>
        (int)Math.Min((long)shorterSide * longer / shorter, int.MaxValue);

    /// <summary>Where a stretch of <paramref name="size"/> begins, by default a centred one; Math.Round takes halves to even, as Python's.</summary>
    internal static int Offset(int length, int size, double place = 0.5) => (int)Math.Round((length - size) * place);
}
