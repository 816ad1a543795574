using System.Numerics;
using System.Runtime.InteropServices;

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
        Check(image, box, width, height, window, target);
        var (columns, rows, line) = _scratch ??= new Scratch();
        columns.Compute(image.Width, box.Left, box.Width / width, window.Left, window.Width, interpolation);
        rows.Compute(image.Height, box.Top, box.Height / height, window.Top, window.Height, interpolation);

        // One output row at a time, first down the columns (contiguous, so it vectorises), then along the row: the
        // intermediate is a single row that stays in the cache.
        var lineStart = columns.SourceStart * image.Channels;
        var sums = line.Of((columns.SourceEnd * image.Channels) - lineStart);
        var rowLength = window.Width * image.Channels;
        for (var y = 0; y < window.Height; y++)
        {
            SumRows(image, rows.First(y), rows.Weights(y), lineStart, sums);
            var row = target.Slice(y * rowLength, rowLength);
            SumColumns(sums, columns, image.Channels, row);
            if (interpolation == Interpolation.Bicubic)
                Clip(row);
        }
    }

    /// <summary>sums[j] = sum over k of weights[k] * image[first + k, start + j], j over the values of a row.</summary>
    private static void SumRows(ImagePixels image, int first, ReadOnlySpan<float> weights, int start, Span<float> sums)
    {
        var stride = image.Width * image.Channels;
        sums.Clear();
        for (var k = 0; k < weights.Length; k++)
            AddScaled(image.Values.AsSpan(((first + k) * stride) + start, sums.Length), weights[k], sums);
    }

    /// <summary>sums += weight * values.</summary>
    private static void AddScaled(ReadOnlySpan<byte> values, float weight, Span<float> sums)
    {
        var i = 0;
        var quarter = Vector<float>.Count;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(values[i..]), out var low, out var high);
            Add(low, sums.Slice(i, 2 * quarter));
            Add(high, sums.Slice(i + (2 * quarter), 2 * quarter));
        }

        for (; i < values.Length; i++)
            sums[i] += weight * values[i];

        void Add(Vector<ushort> half, Span<float> part)
        {
            Vector.Widen(half, out var low, out var high);
            (new Vector<float>(part) + (Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * weight)).CopyTo(part);
            part = part[quarter..];
            (new Vector<float>(part) + (Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * weight)).CopyTo(part);
        }
    }

    /// <summary>target[x] = sum over k of weights(x)[k] * line[first(x) + k], x over the pixels of a row.</summary>
    private static void SumColumns(ReadOnlySpan<float> line, ResizeAxis columns, int channels, Span<float> target)
    {
        if (channels == 3)
            SumPixels(MemoryMarshal.Cast<float, Vector3>(line), columns, MemoryMarshal.Cast<float, Vector3>(target));
        else
            SumValues(line, columns, target);
    }

    private static void SumPixels(ReadOnlySpan<Vector3> line, ResizeAxis columns, Span<Vector3> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var weights = columns.Weights(x);
            var pixels = line.Slice(columns.First(x) - columns.SourceStart, weights.Length);
            var sum = Vector3.Zero;
            for (var k = 0; k < weights.Length; k++)
                sum += pixels[k] * weights[k];
            target[x] = sum;
        }
    }

    private static void SumValues(ReadOnlySpan<float> line, ResizeAxis columns, Span<float> target)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var weights = columns.Weights(x);
            var values = line.Slice(columns.First(x) - columns.SourceStart, weights.Length);
            var sum = 0f;
            for (var k = 0; k < weights.Length; k++)
                sum += values[k] * weights[k];
            target[x] = sum;
        }
    }

    /// <summary>A cubic overshoots at edges; no pixel is darker than black.</summary>
    private static void Clip(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Clamp(values[i], 0, 255);
    }

    private static void Check(ImagePixels image, Box box, int width, int height, Window window, ReadOnlySpan<float> target)
    {
        ArgumentNullException.ThrowIfNull(image);
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
