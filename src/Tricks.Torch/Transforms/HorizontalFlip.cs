using System.Runtime.Intrinsics;

namespace Tricks.Torch.Transforms;

/// <summary>Mirrors an image left to right (BoT §2.1, with probability 0.5).</summary>
public static class HorizontalFlip
{
    /// <summary>Mirrors in place.</summary>
    /// <param name="values">(H, W, C), channels interleaved.</param>
    /// <param name="width">W.</param>
    /// <param name="channels">C.</param>
    public static void Apply(Span<float> values, int width, int channels)
    {
        var stride = width * channels;
        for (var row = 0; row < values.Length; row += stride)
            FlipRow(values.Slice(row, stride), channels);
    }

    /// <summary>Mirrors one row in place: reversing all values reverses each pixel's channels too, which is undone.</summary>
    internal static void FlipRow(Span<float> row, int channels)
    {
        row.Reverse();
        if (channels != 3)
            return;
        for (var i = 0; i < row.Length; i += 3)
            (row[i], row[i + 2]) = (row[i + 2], row[i]);
    }

    /// <summary>Writes a row of bytes mirrored: 16 gray or five RGB pixels at once.</summary>
    /// <param name="row">(W, C).</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="target">As many bytes, elsewhere.</param>
    internal static void FlipRow(ReadOnlySpan<byte> row, int channels, Span<byte> target)
    {
        if (channels == 1)
            FlipGray(row, target);
        else
            FlipColor(row, target);
    }

    private static void FlipGray(ReadOnlySpan<byte> row, Span<byte> target)
    {
        var length = row.Length;
        if (length < 16)
        {
            row.CopyTo(target);
            target[..length].Reverse();
            return;
        }

        var mirror = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        for (var i = 0; i < length; i += 16)
        {
            var at = Math.Min(i, length - 16); // the last 16 overlap the ones before them
            Vector128.Shuffle(Vector128.Create(row.Slice(length - 16 - at, 16)), mirror).CopyTo(target[at..]);
        }
    }

    private static void FlipColor(ReadOnlySpan<byte> row, Span<byte> target)
    {
        var mirror = Vector128.Create((byte)13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0); // of 16 bytes, of which the first is the pixel before's
        var i = 0; // of the target, whose 16th byte the next five pixels overwrite
        for (; i + 16 <= row.Length; i += 15)
            Vector128.Shuffle(Vector128.Create(row.Slice(row.Length - i - 16, 16)), mirror).CopyTo(target[i..]);
        for (; i < row.Length; i += 3)
            row.Slice(row.Length - i - 3, 3).CopyTo(target[i..]);
    }
}
