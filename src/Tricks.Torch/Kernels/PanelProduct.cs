using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tricks.Torch.Kernels;

/// <summary>The innermost part of a float32 matrix product: sums of a few rows by 16 columns that stay in registers (Goto and van de Geijn, ACM TOMS 34(3), 2008).</summary>
/// <remarks>The sums are written out one by one in each width and number of rows: .NET keeps an array of vectors in memory.</remarks>
internal static unsafe class PanelProduct
{
    /// <summary>Columns of one panel.</summary>
    internal const int Panel = 16;

    /// <summary>Rows that are computed at once; other numbers of rows cost more each.</summary>
    internal static int Strip { get; } = Vector512.IsHardwareAccelerated ? PanelProduct512.Strip : PanelProduct256.Strip;

    /// <summary>Whether the processor has the vectors that it is written for: AVX2 with fused multiplication.</summary>
    internal static bool IsFast { get; } = Vector256.IsHardwareAccelerated && Fma.IsSupported;

    /// <summary>c = a b, or c += a b.</summary>
    /// <param name="a">(rows, depth).</param>
    /// <param name="aRow">From one row of a to the next, in elements.</param>
    /// <param name="aDepth">From one column of a to the next.</param>
    /// <param name="b">(depth, 16), contiguous.</param>
    /// <param name="c">(rows, 16).</param>
    /// <param name="cRow">From one row of c to the next.</param>
    /// <param name="rows">Of a and c.</param>
    /// <param name="depth">Columns of a, rows of b.</param>
    /// <param name="accumulate">Whether c is added to.</param>
    internal static void Run(float* a, nint aRow, nint aDepth, float* b, float* c, nint cRow, int rows, int depth, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated)
            PanelProduct512.Run(a, aRow, aDepth, b, c, cRow, rows, depth, accumulate);
        else
            PanelProduct256.Run(a, aRow, aDepth, b, c, cRow, rows, depth, accumulate);
    }
}
