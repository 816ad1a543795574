using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tricks.Torch.Kernels;

/// <summary>Exchanges the first and the last axis of a tensor of 16-bit elements.</summary>
/// <remarks>libtorch copies such a tensor element by element, which takes longer than the convolution that wants it.</remarks>
internal static unsafe class TransposeKernel
{
    private const int Tile = 32; // elements: the width of a cache line
    private const int Part = 8;  // what eight registers transpose

    /// <summary>Writes (B, P, A') from (A, P, B), with A' of at least A, zeros beyond A, and the middle axis reversed if asked to.</summary>
    /// <param name="from">(A, P, B).</param>
    /// <param name="to">(B, P, A').</param>
    /// <param name="a">A.</param>
    /// <param name="middle">P.</param>
    /// <param name="b">B.</param>
    /// <param name="paddedA">A'.</param>
    /// <param name="reversed">Whether to[., i, .] comes from from[., P - 1 - i, .].</param>
    internal static void Run(ushort* from, ushort* to, int a, int middle, int b, int paddedA, bool reversed = false)
    {
        var tiles = (paddedA + Tile - 1) / Tile;
        Blocks.For(middle * tiles, block =>
        {
            var (p, first) = (block / tiles, block % tiles * Tile);
            var source = from + ((long)(reversed ? middle - 1 - p : p) * b);
            var target = to + ((long)p * paddedA);
            for (var column = 0; column < b; column += Tile)
                Copy(source, (long)middle * b, target, (long)middle * paddedA, (first, a, Math.Min(first + Tile, paddedA)), (column, Math.Min(column + Tile, b)));
        });
    }

    /// <summary>One tile: target[column, row] = source[row, column], 0 for rows that the source does not have.</summary>
    private static void Copy(
        ushort* source, long sourceStride, ushort* target, long targetStride, (int First, int InSource, int End) rows, (int First, int End) columns)
    {
        for (var row = rows.First; row < rows.End; row += Part)
        {
            for (var column = columns.First; column < columns.End; column += Part)
            {
                if (Sse2.IsSupported && row + Part <= rows.InSource && column + Part <= columns.End)
                    CopyPart(source + (row * sourceStride) + column, sourceStride, target + (column * targetStride) + row, targetStride);
                else
                    CopySlowly(source, sourceStride, target, targetStride, (row, rows.InSource, Math.Min(row + Part, rows.End)), (column, Math.Min(column + Part, columns.End)));
            }
        }
    }

    private static void CopySlowly(
        ushort* source, long sourceStride, ushort* target, long targetStride, (int First, int InSource, int End) rows, (int First, int End) columns)
    {
        for (var row = rows.First; row < rows.End; row++)
        {
            for (var column = columns.First; column < columns.End; column++)
                target[(column * targetStride) + row] = row < rows.InSource ? source[(row * sourceStride) + column] : (ushort)0;
        }
    }

    /// <summary>8 x 8 elements: neighbours are interleaved three times, as pairs, fours and eights.</summary>
    private static void CopyPart(ushort* source, long sourceStride, ushort* target, long targetStride)
    {
        var r0 = Vector128.Load(source);
        var r1 = Vector128.Load(source + sourceStride);
        var r2 = Vector128.Load(source + (2 * sourceStride));
        var r3 = Vector128.Load(source + (3 * sourceStride));
        var r4 = Vector128.Load(source + (4 * sourceStride));
        var r5 = Vector128.Load(source + (5 * sourceStride));
        var r6 = Vector128.Load(source + (6 * sourceStride));
        var r7 = Vector128.Load(source + (7 * sourceStride));
        var (p0, p1) = (Sse2.UnpackLow(r0, r1).AsUInt32(), Sse2.UnpackHigh(r0, r1).AsUInt32());
        var (p2, p3) = (Sse2.UnpackLow(r2, r3).AsUInt32(), Sse2.UnpackHigh(r2, r3).AsUInt32());
        var (p4, p5) = (Sse2.UnpackLow(r4, r5).AsUInt32(), Sse2.UnpackHigh(r4, r5).AsUInt32());
        var (p6, p7) = (Sse2.UnpackLow(r6, r7).AsUInt32(), Sse2.UnpackHigh(r6, r7).AsUInt32());
        Store(p0, p2, p4, p6, target, targetStride);
        Store(p1, p3, p5, p7, target + (4 * targetStride), targetStride);
    }

    /// <summary>Four columns of eight from their pairs.</summary>
    private static void Store(Vector128<uint> p0, Vector128<uint> p2, Vector128<uint> p4, Vector128<uint> p6, ushort* target, long stride)
    {
        var (upper01, upper23) = (Sse2.UnpackLow(p0, p2).AsUInt64(), Sse2.UnpackHigh(p0, p2).AsUInt64());
        var (lower01, lower23) = (Sse2.UnpackLow(p4, p6).AsUInt64(), Sse2.UnpackHigh(p4, p6).AsUInt64());
        Sse2.UnpackLow(upper01, lower01).AsUInt16().Store(target);
        Sse2.UnpackHigh(upper01, lower01).AsUInt16().Store(target + stride);
        Sse2.UnpackLow(upper23, lower23).AsUInt16().Store(target + (2 * stride));
        Sse2.UnpackHigh(upper23, lower23).AsUInt16().Store(target + (3 * stride));
    }
}
