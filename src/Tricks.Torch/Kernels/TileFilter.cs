using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Tricks.Torch.Kernels;

/// <summary>Winograd's F(4x4, 3x3): 36 multiplications for 16 pixels instead of 144.</summary>
/// <remarks>
/// Lavin and Gray, arXiv:1509.09308, §4.3, whose matrices follow from the points 0, +-1/s, +-s and infinity with s = sqrt(2) instead of 0, +-1, +-2:
/// <code>
///       1   0  -5/2   0   1   0              1     0     0
///       0  -s  -2    s/2  1   0            -2/3  -s/3  -1/3            1   1    1   1   1   0
/// B^T = 0   s  -2   -s/2  1   0        G = -2/3   s/3  -1/3      A^T = 0  s/2 -s/2  s  -s   0
///       0 -s/2 -1/2   s   1   0             1/6   s/6   1/3            0  1/2  1/2  2   2   0
///       0  s/2 -1/2  -s   1   0             1/6  -s/6   1/3            0  s/4 -s/4 2s -2s   1
///       0   1   0  -5/2   0   1              0     0     1
/// </code>
/// With these points the error measured twice that of the direct sum. Pairs of rows share the sum of their even and of their odd columns. Local memory is not
/// cleared first: all of it is written.
/// </remarks>
[SkipLocalsInit]
internal readonly unsafe struct TileFilter : IMinimalFilter
{
    private const float S = 1.41421356f;

    public static int Size => 4;

    public static int Window => 6;

    public static int Border => 1;

    public static int Points => 36;

    public static void Input(float** d, nint channel, float* to, nint step)
    {
        var t = stackalloc V[36];
        for (var j = 0; j < 6; j++)
        {
            Input6(
                Vector256.Load(d[j] + channel), Vector256.Load(d[6 + j] + channel), Vector256.Load(d[12 + j] + channel),
                Vector256.Load(d[18 + j] + channel), Vector256.Load(d[24 + j] + channel), Vector256.Load(d[30 + j] + channel),
                out t[j], out t[6 + j], out t[12 + j], out t[18 + j], out t[24 + j], out t[30 + j]);
        }

        for (var i = 0; i < 6; i++, t += 6, to += 6 * step)
        {
            Input6(t[0], t[1], t[2], t[3], t[4], t[5], out var v0, out var v1, out var v2, out var v3, out var v4, out var v5);
            v0.Store(to);
            v1.Store(to + step);
            v2.Store(to + (2 * step));
            v3.Store(to + (3 * step));
            v4.Store(to + (4 * step));
            v5.Store(to + (5 * step));
        }
    }

    public static void Gradient(float** d, nint channel, float* to, nint step)
    {
        var t = stackalloc V[24];
        for (var j = 0; j < 4; j++)
        {
            Gradient4(
                Vector256.Load(d[j] + channel), Vector256.Load(d[4 + j] + channel), Vector256.Load(d[8 + j] + channel), Vector256.Load(d[12 + j] + channel),
                out t[j], out t[4 + j], out t[8 + j], out t[12 + j], out t[16 + j], out t[20 + j]);
        }

        for (var i = 0; i < 6; i++, t += 4, to += 6 * step)
        {
            Gradient4(t[0], t[1], t[2], t[3], out var v0, out var v1, out var v2, out var v3, out var v4, out var v5);
            v0.Store(to);
            v1.Store(to + step);
            v2.Store(to + (2 * step));
            v3.Store(to + (3 * step));
            v4.Store(to + (4 * step));
            v5.Store(to + (5 * step));
        }
    }

    public static void Output(float* m, nint step, V* y)
    {
        var t = stackalloc V[24];
        for (var j = 0; j < 6; j++, m += step)
        {
            Output6(
                Vector256.Load(m), Vector256.Load(m + (6 * step)), Vector256.Load(m + (12 * step)), Vector256.Load(m + (18 * step)), Vector256.Load(m + (24 * step)), Vector256.Load(m + (30 * step)),
                out t[j], out t[6 + j], out t[12 + j], out t[18 + j]);
        }

        for (var i = 0; i < 4; i++, t += 6, y += 4)
            Output6(t[0], t[1], t[2], t[3], t[4], t[5], out y[0], out y[1], out y[2], out y[3]);
    }

    public static void Kernel(float* w, nint tap, float* to, nint step)
    {
        var t = stackalloc V[18];
        for (var j = 0; j < 3; j++, w += tap)
        {
            Kernel3(
                Vector256.Load(w), Vector256.Load(w + (3 * tap)), Vector256.Load(w + (6 * tap)),
                out t[j], out t[3 + j], out t[6 + j], out t[9 + j], out t[12 + j], out t[15 + j]);
        }

        for (var i = 0; i < 6; i++, t += 3, to += 6 * step)
        {
            Kernel3(t[0], t[1], t[2], out var v0, out var v1, out var v2, out var v3, out var v4, out var v5);
            v0.Store(to);
            v1.Store(to + step);
            v2.Store(to + (2 * step));
            v3.Store(to + (3 * step));
            v4.Store(to + (4 * step));
            v5.Store(to + (5 * step));
        }
    }

    public static void KernelGradient(float* u, nint step, float* to, nint tap)
    {
        var t = stackalloc V[18];
        for (var j = 0; j < 6; j++, u += step)
        {
            KernelGradient6(
                Vector256.Load(u), Vector256.Load(u + (6 * step)), Vector256.Load(u + (12 * step)), Vector256.Load(u + (18 * step)), Vector256.Load(u + (24 * step)), Vector256.Load(u + (30 * step)),
                out t[j], out t[6 + j], out t[12 + j]);
        }

        for (var i = 0; i < 3; i++, t += 6, to += 3 * tap)
        {
            KernelGradient6(t[0], t[1], t[2], t[3], t[4], t[5], out var v0, out var v1, out var v2);
            v0.Store(to);
            v1.Store(to + tap);
            v2.Store(to + (2 * tap));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input6(V d0, V d1, V d2, V d3, V d4, V d5, out V v0, out V v1, out V v2, out V v3, out V v4, out V v5)
    {
        v0 = Vector256.FusedMultiplyAdd(Vector256.Create(-2.5f), d2, d0 + d4);
        v5 = Vector256.FusedMultiplyAdd(Vector256.Create(-2.5f), d3, d1 + d5);
        var even = Vector256.FusedMultiplyAdd(Vector256.Create(-2f), d2, d4);
        var odd = Vector256.FusedMultiplyAdd(Vector256.Create(-2f), d1, d3) * Vector256.Create(S / 2);
        v1 = even + odd;
        v2 = even - odd;
        even = Vector256.FusedMultiplyAdd(Vector256.Create(-0.5f), d2, d4);
        odd = Vector256.FusedMultiplyAdd(Vector256.Create(-0.5f), d1, d3) * Vector256.Create(S);
        v3 = even + odd;
        v4 = even - odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gradient4(V y0, V y1, V y2, V y3, out V v0, out V v1, out V v2, out V v3, out V v4, out V v5)
    {
        v0 = y0;
        v5 = y3;
        var even = Vector256.FusedMultiplyAdd(Vector256.Create(0.5f), y2, y0);
        var odd = Vector256.FusedMultiplyAdd(Vector256.Create(0.5f), y3, y1) * Vector256.Create(S / 2);
        v1 = even + odd;
        v2 = even - odd;
        even = Vector256.FusedMultiplyAdd(Vector256.Create(2f), y2, y0);
        odd = Vector256.FusedMultiplyAdd(Vector256.Create(2f), y3, y1) * Vector256.Create(S);
        v3 = even + odd;
        v4 = even - odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Output6(V m0, V m1, V m2, V m3, V m4, V m5, out V y0, out V y1, out V y2, out V y3)
    {
        var (sum, more) = (m1 + m2, m3 + m4);
        var (difference, others) = (m1 - m2, m3 - m4);
        y0 = m0 + sum + more;
        y2 = Vector256.FusedMultiplyAdd(Vector256.Create(2f), more, sum * Vector256.Create(0.5f));
        y1 = Vector256.FusedMultiplyAdd(Vector256.Create(S), others, difference * Vector256.Create(S / 2));
        y3 = Vector256.FusedMultiplyAdd(Vector256.Create(2 * S), others, Vector256.FusedMultiplyAdd(Vector256.Create(S / 4), difference, m5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Kernel3(V g0, V g1, V g2, out V v0, out V v1, out V v2, out V v3, out V v4, out V v5)
    {
        v0 = g0;
        v5 = g2;
        var even = (g0 * Vector256.Create(-2f / 3)) - (g2 * Vector256.Create(1f / 3));
        var odd = g1 * Vector256.Create(-S / 3);
        v1 = even + odd;
        v2 = even - odd;
        even = (g0 * Vector256.Create(1f / 6)) + (g2 * Vector256.Create(1f / 3));
        odd = g1 * Vector256.Create(S / 6);
        v3 = even + odd;
        v4 = even - odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KernelGradient6(V u0, V u1, V u2, V u3, V u4, V u5, out V w0, out V w1, out V w2)
    {
        var (sum, more) = (u1 + u2, u3 + u4);
        w0 = u0 - (sum * Vector256.Create(2f / 3)) + (more * Vector256.Create(1f / 6));
        w1 = ((u3 - u4) * Vector256.Create(S / 6)) - ((u1 - u2) * Vector256.Create(S / 3));
        w2 = u5 + ((more - sum) * Vector256.Create(1f / 3));
    }
}
