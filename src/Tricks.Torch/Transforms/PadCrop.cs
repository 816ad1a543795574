using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>Zeros on each side, then a random crop of the original size: the image moves by up to the padding ([R §4.2]).</summary>
/// <remarks>
/// The zeros are those of the normalised image, which is the mean colour, not black: [R] subtracts the mean first.
/// </remarks>
/// <param name="Right">Pixels by which the image moves to the right; negative to the left.</param>
/// <param name="Down">Pixels by which the image moves down; negative up.</param>
public readonly record struct PadCrop(int Right, int Down)
{
    [ThreadStatic]
    private static Buffer<byte>? _mirrored;

    /// <summary>Draws a move: both directions uniform in -padding, ..., padding.</summary>
    public static PadCrop Draw(int padding, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var right = padding - random.NextInt32((2 * padding) + 1);
        var down = padding - random.NextInt32((2 * padding) + 1);
        return new PadCrop(right, down);
    }

    /// <summary>Moves a square normalised image in place; what comes in from outside is 0.</summary>
    /// <param name="values">(size, size, C).</param>
    /// <param name="size">Height and width.</param>
    /// <param name="channels">C.</param>
    public void Apply(Span<float> values, int size, int channels)
    {
        for (var i = 0; i < size; i++)
        {
            var y = Down > 0 ? size - 1 - i : i; // from the end that is moved away from, so that no row is lost
            Row(values, y - Down, size, channels).CopyTo(Window(values, y, size, channels));
            ClearOutside(values, y, size, channels);
        }
    }

    /// <summary>Normalises a square byte image straight to where the move brings it.</summary>
    internal void Apply(ReadOnlySpan<byte> values, Normalization normalization, int size, int channels, Span<float> target) =>
        Apply(values, normalization, size, channels, mirrored: false, target);

    /// <summary>The same, and mirrors the result if asked to: the bytes, which are a quarter as long as floats.</summary>
    /// <remarks>
    /// All rows are as long before and after, so that the move is one distance in memory: the image is normalised in one run, and
    /// what came in at the sides from the row beside is cleared.
    /// </remarks>
    internal void Apply(ReadOnlySpan<byte> values, Normalization normalization, int size, int channels, bool mirrored, Span<float> target)
    {
        var right = mirrored ? -Right : Right; // of the mirrored image
        var stride = size * channels;
        var (before, after) = (Math.Max(0, right) * channels, Math.Max(0, -right) * channels);
        var (top, bottom) = (Math.Clamp(Down, 0, size), Math.Clamp(size + Down, 0, size));
        if (before + after >= stride || top >= bottom)
        {
            target.Clear();
            return;
        }

        var source = mirrored ? Mirrored(values, stride, channels) : values;
        var (start, end) = ((top * stride) + before, (bottom * stride) - after);
        target[..(top * stride)].Clear();
        normalization.Apply(source.Slice(start - (((Down * size) + right) * channels), end - start), target[start..end]);
        if (right != 0)
        {
            for (var row = top * stride; row < bottom * stride; row += stride)
                target.Slice(right > 0 ? row : row + stride - after, before + after).Clear();
        }

        target[(bottom * stride)..].Clear();
    }

    private static ReadOnlySpan<byte> Mirrored(ReadOnlySpan<byte> values, int stride, int channels)
    {
        var mirrored = (_mirrored ??= new Buffer<byte>()).Of(values.Length);
        for (var row = 0; row < values.Length; row += stride)
            HorizontalFlip.FlipRow(values.Slice(row, stride), channels, mirrored.Slice(row, stride));
        return mirrored;
    }

    /// <summary>The part of a source row that stays inside; empty for rows that come in from outside.</summary>
    private Span<T> Row<T>(Span<T> values, int y, int size, int channels)
    {
        var (start, length) = RowPart(y, size, channels);
        return values.Slice(start, length);
    }

    private (int Start, int Length) RowPart(int y, int size, int channels)
    {
        var kept = y >= 0 && y < size ? Math.Max(0, size - Math.Abs(Right)) : 0;
        return kept == 0 ? (0, 0) : (((y * size) + Math.Max(0, -Right)) * channels, kept * channels);
    }

    /// <summary>Where the kept part of a row goes.</summary>
    private Span<float> Window(Span<float> values, int y, int size, int channels)
    {
        var length = RowPart(y - Down, size, channels).Length;
        return length == 0 ? [] : values.Slice(((y * size) + Math.Max(0, Right)) * channels, length);
    }

    private void ClearOutside(Span<float> values, int y, int size, int channels)
    {
        var row = values.Slice(y * size * channels, size * channels);
        var length = RowPart(y - Down, size, channels).Length;
        var before = length == 0 ? 0 : Math.Max(0, Right) * channels;
        row[..before].Clear();
        row[(before + length)..].Clear();
    }
}
