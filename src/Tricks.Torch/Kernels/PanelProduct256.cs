using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary><see cref="PanelProduct"/> in vectors of 256 bits: 12 of the 16 registers hold sums, so that two multiplications start each cycle.</summary>
internal static unsafe class PanelProduct256
{
    internal const int Strip = 6;
    private const int Panel = PanelProduct.Panel;

    /// <summary>As <see cref="PanelProduct.Run"/>.</summary>
    internal static void Run(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int rows, int depth, bool accumulate)
    {
        var row = 0;
        for (; row + 6 <= rows; row += 6)
            Rows6(a + (row * aRow), aRow, aDepth, b, c + (row * cRow), cRow, depth, accumulate);
        for (; row + 4 <= rows; row += 4)
            Rows4(a + (row * aRow), aRow, aDepth, b, c + (row * cRow), cRow, depth, accumulate);
        for (; row < rows; row++)
            OneRow(a + (row * aRow), aDepth, b, c + (row * cRow), depth, accumulate);
    }

    private static void Rows6(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int depth, bool accumulate)
    {
        float* a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
        float* to0 = c, to1 = to0 + cRow, to2 = to1 + cRow, to3 = to2 + cRow, to4 = to3 + cRow, to5 = to4 + cRow;
        Vector256<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default, c4a = default, c4b = default, c5a = default, c5b = default;
        if (accumulate)
        {
            c0a = Vector256.Load(to0);
            c0b = Vector256.Load(to0 + 8);
            c1a = Vector256.Load(to1);
            c1b = Vector256.Load(to1 + 8);
            c2a = Vector256.Load(to2);
            c2b = Vector256.Load(to2 + 8);
            c3a = Vector256.Load(to3);
            c3b = Vector256.Load(to3 + 8);
            c4a = Vector256.Load(to4);
            c4b = Vector256.Load(to4 + 8);
            c5a = Vector256.Load(to5);
            c5b = Vector256.Load(to5 + 8);
        }

        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
        {
            var (ba, bb) = (Vector256.Load(b), Vector256.Load(b + 8));
            var s = Vector256.Create(a0[at]);
            c0a = Vector256.FusedMultiplyAdd(s, ba, c0a);
            c0b = Vector256.FusedMultiplyAdd(s, bb, c0b);
            s = Vector256.Create(a1[at]);
            c1a = Vector256.FusedMultiplyAdd(s, ba, c1a);
            c1b = Vector256.FusedMultiplyAdd(s, bb, c1b);
            s = Vector256.Create(a2[at]);
            c2a = Vector256.FusedMultiplyAdd(s, ba, c2a);
            c2b = Vector256.FusedMultiplyAdd(s, bb, c2b);
            s = Vector256.Create(a3[at]);
            c3a = Vector256.FusedMultiplyAdd(s, ba, c3a);
            c3b = Vector256.FusedMultiplyAdd(s, bb, c3b);
            s = Vector256.Create(a4[at]);
            c4a = Vector256.FusedMultiplyAdd(s, ba, c4a);
            c4b = Vector256.FusedMultiplyAdd(s, bb, c4b);
            s = Vector256.Create(a5[at]);
            c5a = Vector256.FusedMultiplyAdd(s, ba, c5a);
            c5b = Vector256.FusedMultiplyAdd(s, bb, c5b);
        }

        c0a.Store(to0);
        c0b.Store(to0 + 8);
        c1a.Store(to1);
        c1b.Store(to1 + 8);
        c2a.Store(to2);
        c2b.Store(to2 + 8);
        c3a.Store(to3);
        c3b.Store(to3 + 8);
        c4a.Store(to4);
        c4b.Store(to4 + 8);
        c5a.Store(to5);
        c5b.Store(to5 + 8);
    }

    private static void Rows4(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int depth, bool accumulate)
    {
        float* a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* to0 = c, to1 = to0 + cRow, to2 = to1 + cRow, to3 = to2 + cRow;
        Vector256<float> c0a = default, c0b = default, c1a = default, c1b = default, c2a = default, c2b = default, c3a = default, c3b = default;
        if (accumulate)
        {
            c0a = Vector256.Load(to0);
            c0b = Vector256.Load(to0 + 8);
            c1a = Vector256.Load(to1);
            c1b = Vector256.Load(to1 + 8);
            c2a = Vector256.Load(to2);
            c2b = Vector256.Load(to2 + 8);
            c3a = Vector256.Load(to3);
            c3b = Vector256.Load(to3 + 8);
        }

        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
        {
            var (ba, bb) = (Vector256.Load(b), Vector256.Load(b + 8));
            var s = Vector256.Create(a0[at]);
            c0a = Vector256.FusedMultiplyAdd(s, ba, c0a);
            c0b = Vector256.FusedMultiplyAdd(s, bb, c0b);
            s = Vector256.Create(a1[at]);
            c1a = Vector256.FusedMultiplyAdd(s, ba, c1a);
            c1b = Vector256.FusedMultiplyAdd(s, bb, c1b);
            s = Vector256.Create(a2[at]);
            c2a = Vector256.FusedMultiplyAdd(s, ba, c2a);
            c2b = Vector256.FusedMultiplyAdd(s, bb, c2b);
            s = Vector256.Create(a3[at]);
            c3a = Vector256.FusedMultiplyAdd(s, ba, c3a);
            c3b = Vector256.FusedMultiplyAdd(s, bb, c3b);
        }

        c0a.Store(to0);
        c0b.Store(to0 + 8);
        c1a.Store(to1);
        c1b.Store(to1 + 8);
        c2a.Store(to2);
        c2b.Store(to2 + 8);
        c3a.Store(to3);
        c3b.Store(to3 + 8);
    }

    private static void OneRow(float* a, nint aDepth, float* b, float* c, int depth, bool accumulate)
    {
        var (ca, cb) = accumulate ? (Vector256.Load(c), Vector256.Load(c + 8)) : (default, default);
        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
        {
            var s = Vector256.Create(a[at]);
            ca = Vector256.FusedMultiplyAdd(s, Vector256.Load(b), ca);
            cb = Vector256.FusedMultiplyAdd(s, Vector256.Load(b + 8), cb);
        }

        ca.Store(c);
        cb.Store(c + 8);
    }
}
