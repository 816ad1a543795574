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
}
