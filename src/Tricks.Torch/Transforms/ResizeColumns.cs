using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tricks.Torch.Transforms;

/// <summary>The second half of resizing: the pixels of a row of floats, weighed and added up to the pixels of the result.</summary>
internal static class ResizeColumns
{
    /// <summary>Floats that must follow the last pixel of a line of colours: a pixel is read as a vector of four.</summary>
    public const int Margin = 1;

    /// <summary>Pixel x of the target is map(sum over k of weights(x)[k] * line[first(x) + k]), or of the mirrored x.</summary>
    /// <param name="line">Pixels from <see cref="ResizeAxis.SourceStart"/> on, and <see cref="Margin"/>.</param>
    /// <param name="step">Floats from a pixel to the next, 3 or 4; the first three are the colour.</param>
    /// <param name="columns">The weights.</param>
    /// <param name="mirrored">Whether left and right change places.</param>
    /// <param name="map">What else becomes of each pixel.</param>
    /// <param name="target">(W, 3).</param>
    public static void SumColors<TMap>(
        ReadOnlySpan<float> line, int step, ResizeAxis columns, bool mirrored, in TMap map, Span<float> target)
        where TMap : struct, IPixelMap
    {
        var width = target.Length / 3;
        if (line.Length < ((columns.SourceEnd - columns.SourceStart) * step) + Margin) // pixels are read without further checks
            throw new ArgumentException($"A line of {line.Length} floats is too short.", nameof(line));
        ref var start = ref MemoryMarshal.GetReference(line);
        ref var output = ref MemoryMarshal.GetReference(target);
        for (var x = 0; x < width; x++)
        {
            var from = mirrored ? width - 1 - x : x;
            var weights = columns.Weights(from);
            ref var pixel = ref Unsafe.Add(ref start, (columns.First(from) - columns.SourceStart) * step);
            var sum = Vector128<float>.Zero;
            for (var k = 0; k < weights.Length; k++)
                sum += Vector128.LoadUnsafe(ref pixel, (nuint)(k * step)) * weights[k];
            var color = map.Of(sum);
            if (x < width - 1)
                color.StoreUnsafe(ref output, (nuint)(3 * x)); // the fourth value is overwritten by the next pixel
            else
                color.AsVector3().CopyTo(target[(3 * x)..]);
        }
    }

    /// <summary>The same for gray.</summary>
    public static void SumGray(ReadOnlySpan<float> line, ResizeAxis columns, Span<float> target)
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
}
