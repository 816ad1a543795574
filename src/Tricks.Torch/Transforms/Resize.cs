namespace Tricks.Torch.Transforms;

/// <summary>Resizing with an antialiased filter, bilinear or bicubic.</summary>
/// <remarks>
/// The weights are those of Pillow's <c>Image.resize(size, BILINEAR or BICUBIC, box=box)</c> and of torchvision's
/// <c>resize(..., antialias=True)</c>: when an axis shrinks, the filter widens with it, so that every source pixel counts.
/// Pixels just outside the box count where the filter reaches them, as in Pillow. Values are not rounded to bytes, which
/// Pillow does after each axis: the results differ from its by up to 1 of 255.
/// Sums run in a fixed order without fused products, so that every machine gives the same bits.
/// </remarks>
public static class Resize
{
    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>Resizes a box of an image to height x width.</summary>
    /// <param name="image">The source, (H, W, C).</param>
    /// <param name="box">What is resized; within the image.</param>
    /// <param name="width">Width of the result, at least 1.</param>
    /// <param name="height">Height of the result, at least 1.</param>
    /// <param name="target">height * width * C values, (height, width, C), in units of 0..255.</param>
    /// <exception cref="ArgumentException">The box leaves the image or is empty, or the target has another length.</exception>
    public static void Bilinear(ImagePixels image, Box box, int width, int height, Span<float> target) =>
        Apply(image, box, width, height, new Window(0, 0, width, height), Interpolation.Bilinear, target);

    /// <summary>The pixels of a window of the resized image, bit-equal to resizing the whole and then cropping.</summary>
    internal static void Apply(ImagePixels image, Box box, int width, int height, Window window, Interpolation interpolation, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var part = new ImagePart(image);
        Apply(part, box, width, height, window, interpolation, target);
    }

    /// <summary>The source pixels that resizing a box reads: the box and what the filter reaches around it.</summary>
    internal static PixelBox Reach(int imageWidth, int imageHeight, Box box, int width, int height, Interpolation interpolation)
    {
        var (columns, rows, _) = _scratch ??= new Scratch();
        columns.Compute(imageWidth, box.Left, box.Width / width, 0, width, interpolation);
        rows.Compute(imageHeight, box.Top, box.Height / height, 0, height, interpolation);
        return new PixelBox(
            columns.SourceStart, rows.SourceStart, columns.SourceEnd - columns.SourceStart, rows.SourceEnd - rows.SourceStart);
    }

    /// <summary>The same from a part of an image that holds at least <see cref="Reach"/>; bit-equal to resizing from the whole.</summary>
    internal static void Apply(ImagePart image, Box box, int width, int height, Window window, Interpolation interpolation, Span<float> target)
    {
        if (interpolation == Interpolation.Bicubic)
            Apply(image, box, width, height, window, interpolation, mirrored: false, new ClippedColor(), target);
        else
            Apply(image, box, width, height, window, interpolation, mirrored: false, new SameColor(), target);
    }

    /// <summary>Resizing, mirroring, colour jitter and normalisation of an RGB image in one pass; bit-equal to one after the other.</summary>
    internal static void Apply(
        ImagePart image, Box box, int size, Interpolation interpolation, bool mirrored, ColorTransform color, Normalization normalization, Span<float> target)
    {
        var window = new Window(0, 0, size, size);
        if (interpolation == Interpolation.Bicubic)
            Apply(image, box, size, size, window, interpolation, mirrored, new NormalizedColor<ClippedColor>(default, color, normalization), target);
        else
            Apply(image, box, size, size, window, interpolation, mirrored, new NormalizedColor<SameColor>(default, color, normalization), target);
    }

    private static void Apply<TMap>(
        ImagePart image, Box box, int width, int height, Window window, Interpolation interpolation, bool mirrored, in TMap map, Span<float> target)
        where TMap : struct, IPixelMap
    {
        Check(image, box, width, height, window, target);
        var (columns, rows, line) = _scratch ??= new Scratch();
        columns.Compute(image.Width, box.Left, box.Width / width, window.Left, window.Width, interpolation);
        rows.Compute(image.Height, box.Top, box.Height / height, window.Top, window.Height, interpolation);

        // One output row at a time, first down the columns (contiguous, so it vectorises), then along the row: the
        // intermediate is a single row that stays in the cache.
        var sumsLength = (columns.SourceEnd - columns.SourceStart) * image.PixelBytes;
        var sums = line.Of(sumsLength + ResizeColumns.Margin);
        var (stride, rowLength) = (image.Box.Width * image.PixelBytes, window.Width * image.Channels);
        for (var y = 0; y < window.Height; y++)
        {
            ResizeRows.Sum(image.From(rows.First(y), columns.SourceStart), stride, rows.Weights(y), sums[..sumsLength]);
            var row = target.Slice(y * rowLength, rowLength);
            if (image.Channels == 3)
                ResizeColumns.SumColors(sums, image.PixelBytes, columns, mirrored, map, row);
            else
                ResizeColumns.SumGray(sums, columns, row);
            if (image.Channels == 1 && interpolation == Interpolation.Bicubic)
                Clip(row);
        }
    }

    /// <summary>As <see cref="ClippedColor"/>, for gray.</summary>
    private static void Clip(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Clamp(values[i], 0, 255);
    }

    private static void Check(ImagePart image, Box box, int width, int height, Window window, ReadOnlySpan<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var inside = box.Left >= 0 && box.Top >= 0 && box.Width > 0 && box.Height > 0
            && box.Left + box.Width <= image.Width && box.Top + box.Height <= image.Height;
        if (!inside)
            throw new ArgumentException($"{box} is empty or leaves the image of {image.Width} x {image.Height}.", nameof(box));
        TargetLength.Check(target, window.Height, window.Width, image.Channels);
    }

    /// <summary>A part of the resized image, in its whole pixels.</summary>
    internal readonly record struct Window(int Left, int Top, int Width, int Height);

    /// <summary>What a thread reuses from image to image.</summary>
    private sealed record Scratch(ResizeAxis Columns, ResizeAxis Rows, Buffer<float> Line)
    {
        public Scratch()
            : this(new ResizeAxis(), new ResizeAxis(), new Buffer<float>())
        {
        }
    }
}
