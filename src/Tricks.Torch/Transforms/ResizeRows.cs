using System.Numerics;
using System.Runtime.InteropServices;

namespace Tricks.Torch.Transforms;

/// <summary>The first half of resizing: rows of bytes, weighed and added up to one row of floats.</summary>
/// <remarks>
/// All rows of a vector's worth of columns are added in registers, so that each byte is read once and each sum written once. A
/// sum's terms come in the order of the rows and products are not fused: every vector width gives the same bits.
/// </remarks>
internal static class ResizeRows
{
    /// <summary>sums[j] = sum over k of weights[k] * rows[k * stride + j].</summary>
    public static void Sum(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<float> weights, Span<float> sums)
    {
        if (rows.Length < ((weights.Length - 1) * stride) + sums.Length) // the vectors are read without further checks
            throw new ArgumentException($"There are {rows.Length} bytes for {weights.Length} rows of {stride} bytes.", nameof(rows));
        var width = Vector<byte>.Count;
        if (sums.Length < width)
        {
            SumShort(rows, stride, weights, sums);
            return;
        }

        for (var i = 0; i < sums.Length - width; i += width)
            SumVector(rows, i, stride, weights, sums);
        SumVector(rows, sums.Length - width, stride, weights, sums); // the last writes some sums again, the same
    }

    private static void SumVector(ReadOnlySpan<byte> rows, int start, int stride, ReadOnlySpan<float> weights, Span<float> sums)
    {
        ref var source = ref MemoryMarshal.GetReference(rows);
        var (sum0, sum1, sum2, sum3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var k = 0; k < weights.Length; k++, start += stride)
        {
            var weight = new Vector<float>(weights[k]);
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)start), out var low, out var high);
            Vector.Widen(low, out var bytes0, out var bytes1);
            Vector.Widen(high, out var bytes2, out var bytes3);
            sum0 += Vector.ConvertToSingle(Vector.AsVectorInt32(bytes0)) * weight;
            sum1 += Vector.ConvertToSingle(Vector.AsVectorInt32(bytes1)) * weight;
            sum2 += Vector.ConvertToSingle(Vector.AsVectorInt32(bytes2)) * weight;
            sum3 += Vector.ConvertToSingle(Vector.AsVectorInt32(bytes3)) * weight;
        }

        var target = sums.Slice(start - (weights.Length * stride), Vector<byte>.Count);
        sum0.CopyTo(target);
        sum1.CopyTo(target[Vector<float>.Count..]);
        sum2.CopyTo(target[(2 * Vector<float>.Count)..]);
        sum3.CopyTo(target[(3 * Vector<float>.Count)..]);
    }

    private static void SumShort(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<float> weights, Span<float> sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < weights.Length; k++)
                sum += weights[k] * rows[(k * stride) + i];
            sums[i] = sum;
        }
    }
}
