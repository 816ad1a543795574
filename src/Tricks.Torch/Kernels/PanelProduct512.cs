using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary><see cref="PanelProduct"/> in vectors of 512 bits: 12 of the 32 registers hold sums; where it was written there was no processor with such vectors to time it on.</summary>
internal static unsafe class PanelProduct512
{
    internal const int Strip = 12;
    private const int Panel = PanelProduct.Panel;

    /// <summary>As <see cref="PanelProduct.Run"/>.</summary>
    internal static void Run(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int rows, int depth, bool accumulate)
    {
        var row = 0;
        for (; row + 12 <= rows; row += 12)
            Rows12(a + (row * aRow), aRow, aDepth, b, c + (row * cRow), cRow, depth, accumulate);
        for (; row + 4 <= rows; row += 4)
            Rows4(a + (row * aRow), aRow, aDepth, b, c + (row * cRow), cRow, depth, accumulate);
        for (; row < rows; row++)
            OneRow(a + (row * aRow), aDepth, b, c + (row * cRow), depth, accumulate);
    }

    private static void Rows12(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int depth, bool accumulate)
    {
        float* a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow, a6 = a5 + aRow, a7 = a6 + aRow, a8 = a7 + aRow, a9 = a8 + aRow, a10 = a9 + aRow, a11 = a10 + aRow;
        float* to0 = c, to1 = to0 + cRow, to2 = to1 + cRow, to3 = to2 + cRow, to4 = to3 + cRow, to5 = to4 + cRow, to6 = to5 + cRow, to7 = to6 + cRow, to8 = to7 + cRow, to9 = to8 + cRow, to10 = to9 + cRow, to11 = to10 + cRow;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default, c8 = default, c9 = default, c10 = default, c11 = default;
        if (accumulate)
        {
            c0 = Vector512.Load(to0);
            c1 = Vector512.Load(to1);
            c2 = Vector512.Load(to2);
            c3 = Vector512.Load(to3);
            c4 = Vector512.Load(to4);
            c5 = Vector512.Load(to5);
            c6 = Vector512.Load(to6);
            c7 = Vector512.Load(to7);
            c8 = Vector512.Load(to8);
            c9 = Vector512.Load(to9);
            c10 = Vector512.Load(to10);
            c11 = Vector512.Load(to11);
        }

        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
        {
            var row = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a0[at]), row, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[at]), row, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[at]), row, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[at]), row, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a4[at]), row, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a5[at]), row, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a6[at]), row, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a7[at]), row, c7);
            c8 = Vector512.FusedMultiplyAdd(Vector512.Create(a8[at]), row, c8);
            c9 = Vector512.FusedMultiplyAdd(Vector512.Create(a9[at]), row, c9);
            c10 = Vector512.FusedMultiplyAdd(Vector512.Create(a10[at]), row, c10);
            c11 = Vector512.FusedMultiplyAdd(Vector512.Create(a11[at]), row, c11);
        }

        c0.Store(to0);
        c1.Store(to1);
        c2.Store(to2);
        c3.Store(to3);
        c4.Store(to4);
        c5.Store(to5);
        c6.Store(to6);
        c7.Store(to7);
        c8.Store(to8);
        c9.Store(to9);
        c10.Store(to10);
        c11.Store(to11);
    }

    private static void Rows4(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int depth, bool accumulate)
    {
        float* a0 = a, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        float* to0 = c, to1 = to0 + cRow, to2 = to1 + cRow, to3 = to2 + cRow;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        if (accumulate)
        {
            c0 = Vector512.Load(to0);
            c1 = Vector512.Load(to1);
            c2 = Vector512.Load(to2);
            c3 = Vector512.Load(to3);
        }

        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
        {
            var row = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a0[at]), row, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a1[at]), row, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a2[at]), row, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a3[at]), row, c3);
        }

        c0.Store(to0);
        c1.Store(to1);
        c2.Store(to2);
        c3.Store(to3);
    }

    private static void OneRow(float* a, nint aDepth, float* b, float* c, int depth, bool accumulate)
    {
        var sum = accumulate ? Vector512.Load(c) : default;
        nint at = 0;
        for (var end = b + (depth * Panel); b < end; b += Panel, at += aDepth)
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), Vector512.Load(b), sum);
        sum.Store(c);
    }
}
