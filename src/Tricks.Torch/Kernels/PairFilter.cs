using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;

namespace Tricks.Torch.Kernels;

/// <summary>A 3x3 convolution of a whole map of 2 x 2 pixels: 9 multiplications instead of 36, of which 20 have a zero of the padding.</summary>
/// <remarks>
/// In one dimension y0 = w1 x0 + w2 x1 and y1 = w0 x0 + w1 x1, a Toeplitz matrix of two rows, is p0 + p1 and p0 + p2 with p0 = w1 (x0 + x1), p1 = (w2 - w1) x1, p2 = (w0 - w1) x0
/// (Winograd, Arithmetic Complexity of Computations, SIAM 1980, ch. 5).
/// </remarks>
[SkipLocalsInit]
internal readonly unsafe struct PairFilter : IMinimalFilter
{
    public static int Size => 2;

    public static int Window => 2;

    public static int Border => 0;

    public static int Points => 9;

    public static void Input(float** d, nint channel, float* to, nint step)
    {
        var (x00, x01) = (Vector256.Load(d[0] + channel), Vector256.Load(d[1] + channel));
        var (x10, x11) = (Vector256.Load(d[2] + channel), Vector256.Load(d[3] + channel));
        Three(x00 + x10, x01 + x11, to, step);
        Three(x10, x11, to + (3 * step), step);
        Three(x00, x01, to + (6 * step), step);

        static void Three(V x0, V x1, float* to, nint step)
        {
            (x0 + x1).Store(to);
            x1.Store(to + step);
            x0.Store(to + (2 * step));
        }
    }

    public static void Gradient(float** d, nint channel, float* to, nint step)
    {
        var (y00, y01) = (Vector256.Load(d[0] + channel), Vector256.Load(d[1] + channel));
        var (y10, y11) = (Vector256.Load(d[2] + channel), Vector256.Load(d[3] + channel));
        Three(y00 + y10, y01 + y11, to, step);
        Three(y00, y01, to + (3 * step), step);
        Three(y10, y11, to + (6 * step), step);

        static void Three(V y0, V y1, float* to, nint step)
        {
            (y0 + y1).Store(to);
            y0.Store(to + step);
            y1.Store(to + (2 * step));
        }
    }

    public static void Output(float* m, nint step, V* y)
    {
        var (a0, a1) = Two(m);
        var (b0, b1) = Two(m + (3 * step));
        var (c0, c1) = Two(m + (6 * step));
        (y[0], y[1], y[2], y[3]) = (a0 + b0, a1 + b1, a0 + c0, a1 + c1);

        (V, V) Two(float* row)
        {
            var p0 = Vector256.Load(row);
            return (p0 + Vector256.Load(row + step), p0 + Vector256.Load(row + (2 * step)));
        }
    }

    public static void Kernel(float* w, nint tap, float* to, nint step)
    {
        var t = stackalloc V[9];
        for (var j = 0; j < 3; j++, w += tap)
        {
            var middle = Vector256.Load(w + (3 * tap));
            (t[j], t[3 + j], t[6 + j]) = (middle, Vector256.Load(w + (6 * tap)) - middle, Vector256.Load(w) - middle);
        }

        for (var i = 0; i < 3; i++, t += 3, to += 3 * step)
        {
            t[1].Store(to);
            (t[2] - t[1]).Store(to + step);
            (t[0] - t[1]).Store(to + (2 * step));
        }
    }

    public static void KernelGradient(float* u, nint step, float* to, nint tap)
    {
        var t = stackalloc V[9];
        for (var j = 0; j < 3; j++, u += step)
        {
            var (u1, u2) = (Vector256.Load(u + (3 * step)), Vector256.Load(u + (6 * step)));
            (t[j], t[3 + j], t[6 + j]) = (u2, Vector256.Load(u) - u1 - u2, u1);
        }

        for (var i = 0; i < 3; i++, t += 3, to += 3 * tap)
        {
            t[2].Store(to);
            (t[0] - t[1] - t[2]).Store(to + tap);
            t[1].Store(to + (2 * tap));
        }
    }
}
