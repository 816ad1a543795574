using System.Buffers;
using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary>Batch normalisation with what follows it (a shortcut's addition, a ReLU) in few passes over memory.</summary>
/// <remarks>
/// A tensor is seen as M = N*H*W rows of C channels. libtorch takes a pass for each of mean, variance, scaling, addition
/// and ReLU, and as many backwards; these layers are bound by memory, so passes are what they cost. Sums run in float32
/// over a block of rows, about a shift (one row's values) that keeps them small, and in double over blocks.
/// </remarks>
internal static unsafe class NormKernel<TLane>
    where TLane : struct, ILane
{
    private const int Lanes = KernelSwitch.Lanes;
    private const int Group = 4 * Lanes; // channels whose sums stay in registers while the rows of a block go by
    private const int BlockBytes = 128 << 10; // stays in the second-level cache

    /// <summary>Mean and biased variance of each channel.</summary>
    /// <remarks>x: (M, C).</remarks>
    internal static void Statistics(byte* x, long rows, int channels, Span<double> mean, Span<double> variance)
    {
        var shift = new float[channels];
        for (var c = 0; c < channels; c += Lanes)
            TLane.Load(x + (c * TLane.ElementSize)).CopyTo(shift.AsSpan(c));
        var (count, perBlock) = Split(rows, channels);
        var sums = ArrayPool<float>.Shared.Rent(count * 2 * channels); // large: a new one each time costs more than the pass
        Blocks.For(count, block =>
        {
            var (first, end) = (block * (long)perBlock, Math.Min(rows, (block + 1L) * perBlock));
            fixed (float* k = shift, sum = &sums[block * 2 * channels])
            {
                var c = 0;
                for (; c + Group <= channels; c += Group)
                    Sum4(x, channels, first, end, c, k + c, sum + c, sum + channels + c);
                for (; c < channels; c += Lanes)
                    Sum1(x, channels, first, end, c, k + c, sum + c, sum + channels + c);
            }
        });

        mean.Clear();
        variance.Clear();
        AddBlocks(sums, count, channels, mean, variance);
        ArrayPool<float>.Shared.Return(sums);
        for (var c = 0; c < channels; c++)
        {
            var offset = mean[c] / rows;
            variance[c] = Math.Max(0, (variance[c] / rows) - (offset * offset));
            mean[c] = shift[c] + offset;
        }
    }

    /// <summary>y = act(scale * x + shift + residual), with act(v) = max(v, 0) or v.</summary>
    /// <remarks>x: (M, C). residual: (M, C), or null. y: (M, C); may be x.</remarks>
    internal static void Apply(byte* x, byte* residual, byte* y, long rows, int channels, float[] scale, float[] shift, bool relu)
    {
        var (count, perBlock) = Split(rows, channels);
        var floor = Vector512.Create(relu ? 0f : float.NegativeInfinity);
        Blocks.For(count, block =>
        {
            fixed (float* a = scale, b = shift)
                ApplyRows(x, residual, y, block * (long)perBlock, Math.Min(rows, (block + 1L) * perBlock), channels, a, b, floor);
        });
    }

    /// <summary>The gradient behind the activation, dz = dy where y > 0 (or dy), and its sums: of dz and of dz * (x - mean).</summary>
    /// <remarks>y: (M, C), the output; null without an activation. dz: (M, C), where dz is written; null if only the sums are wanted.</remarks>
    internal static void GradientSums(
        byte* dy, byte* y, byte* x, byte* dz, long rows, int channels, float[] mean, Span<double> sum, Span<double> sumTimesX)
    {
        var (count, perBlock) = Split(rows, channels);
        var sums = ArrayPool<float>.Shared.Rent(count * 2 * channels); // large: a new one each time costs more than the pass
        Blocks.For(count, block =>
        {
            var (first, end) = (block * (long)perBlock, Math.Min(rows, (block + 1L) * perBlock));
            fixed (float* m = mean, s = &sums[block * 2 * channels])
            {
                var c = 0;
                for (; c + Group <= channels; c += Group)
                    GradientSum4(dy, y, x, dz, channels, first, end, c, m + c, s + c, s + channels + c);
                for (; c < channels; c += Lanes)
                    GradientSum1(dy, y, x, dz, channels, first, end, c, m + c, s + c, s + channels + c);
            }
        });
        sum.Clear();
        sumTimesX.Clear();
        AddBlocks(sums, count, channels, sum, sumTimesX);
        ArrayPool<float>.Shared.Return(sums);
    }

    /// <summary>dx = a * dz + b * x + d with dz as in <see cref="GradientSums"/>.</summary>
    /// <remarks>y: (M, C), or null if <paramref name="dy"/> is dz already. dx: (M, C); may be dy.</remarks>
    internal static void Gradient(byte* dy, byte* y, byte* x, byte* dx, long rows, int channels, float[] a, float[] b, float[] d)
    {
        var (count, perBlock) = Split(rows, channels);
        Blocks.For(count, block =>
        {
            fixed (float* fa = a, fb = b, fd = d)
                GradientRows(dy, y, x, dx, block * (long)perBlock, Math.Min(rows, (block + 1L) * perBlock), channels, fa, fb, fd);
        });
    }

    private static (int Count, int RowsPerBlock) Split(long rows, int channels)
    {
        var perBlock = Math.Max(1, BlockBytes / (channels * TLane.ElementSize));
        return (checked((int)((rows + perBlock - 1) / perBlock)), perBlock);
    }

    private static Vector512<float> Masked(byte* dy, byte* y, long at)
    {
        var gradient = TLane.Load(dy + at);
        return y == null
            ? gradient
            : Vector512.ConditionalSelect(Vector512.GreaterThan(TLane.Load(y + at), Vector512<float>.Zero), gradient, Vector512<float>.Zero);
    }

    private static void ApplyRows(
        byte* x, byte* residual, byte* y, long first, long end, int channels, float* scale, float* shift, Vector512<float> floor)
    {
        for (var row = first; row < end; row++)
        {
            var at = row * channels * TLane.ElementSize;
            for (var c = 0; c < channels; c += Lanes, at += Lanes * TLane.ElementSize)
            {
                var value = Vector512.FusedMultiplyAdd(TLane.Load(x + at), Vector512.Load(scale + c), Vector512.Load(shift + c));
                if (residual != null)
                    value += TLane.Load(residual + at);
                TLane.Store(y + at, Vector512.Max(value, floor));
            }
        }
    }

    private static void GradientRows(
        byte* dy, byte* y, byte* x, byte* dx, long first, long end, int channels, float* a, float* b, float* d)
    {
        for (var row = first; row < end; row++)
        {
            var at = row * channels * TLane.ElementSize;
            for (var c = 0; c < channels; c += Lanes, at += Lanes * TLane.ElementSize)
            {
                var dz = Masked(dy, y, at);
                var value = Vector512.FusedMultiplyAdd(TLane.Load(x + at), Vector512.Load(b + c), Vector512.Load(d + c));
                TLane.Store(dx + at, Vector512.FusedMultiplyAdd(dz, Vector512.Load(a + c), value));
            }
        }
    }

    private static void Sum4(byte* x, int channels, long first, long end, int c, float* shift, float* sum, float* squares)
    {
        var (k0, k1) = (Vector512.Load(shift), Vector512.Load(shift + Lanes));
        var (k2, k3) = (Vector512.Load(shift + (2 * Lanes)), Vector512.Load(shift + (3 * Lanes)));
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        var size = TLane.ElementSize;
        var at = x + (((first * channels) + c) * size);
        for (var row = first; row < end; row++, at += channels * size)
        {
            var v0 = TLane.Load(at) - k0;
            var v1 = TLane.Load(at + (Lanes * size)) - k1;
            var v2 = TLane.Load(at + (2 * Lanes * size)) - k2;
            var v3 = TLane.Load(at + (3 * Lanes * size)) - k3;
            s0 += v0;
            s1 += v1;
            s2 += v2;
            s3 += v3;
            q0 = Vector512.FusedMultiplyAdd(v0, v0, q0);
            q1 = Vector512.FusedMultiplyAdd(v1, v1, q1);
            q2 = Vector512.FusedMultiplyAdd(v2, v2, q2);
            q3 = Vector512.FusedMultiplyAdd(v3, v3, q3);
        }

        s0.Store(sum);
        s1.Store(sum + Lanes);
        s2.Store(sum + (2 * Lanes));
        s3.Store(sum + (3 * Lanes));
        q0.Store(squares);
        q1.Store(squares + Lanes);
        q2.Store(squares + (2 * Lanes));
        q3.Store(squares + (3 * Lanes));
    }

    private static void Sum1(byte* x, int channels, long first, long end, int c, float* shift, float* sum, float* squares)
    {
        var k = Vector512.Load(shift);
        Vector512<float> s = default, q = default;
        var at = x + (((first * channels) + c) * TLane.ElementSize);
        for (var row = first; row < end; row++, at += channels * TLane.ElementSize)
        {
            var v = TLane.Load(at) - k;
            s += v;
            q = Vector512.FusedMultiplyAdd(v, v, q);
        }

        s.Store(sum);
        q.Store(squares);
    }

    private static void GradientSum1(
        byte* dy, byte* y, byte* x, byte* dz, int channels, long first, long end, int c, float* mean, float* sum, float* sumTimesX)
    {
        var m = Vector512.Load(mean);
        Vector512<float> s = default, q = default;
        var at = ((first * channels) + c) * TLane.ElementSize;
        for (var row = first; row < end; row++, at += channels * TLane.ElementSize)
        {
            var gradient = Masked(dy, y, at);
            s += gradient;
            q = Vector512.FusedMultiplyAdd(gradient, TLane.Load(x + at) - m, q);
            if (dz != null)
                TLane.Store(dz + at, gradient);
        }

        s.Store(sum);
        q.Store(sumTimesX);
    }

    private static void GradientSum4(
        byte* dy, byte* y, byte* x, byte* dz, int channels, long first, long end, int c, float* mean, float* sum, float* sumTimesX)
    {
        var (m0, m1) = (Vector512.Load(mean), Vector512.Load(mean + Lanes));
        var (m2, m3) = (Vector512.Load(mean + (2 * Lanes)), Vector512.Load(mean + (3 * Lanes)));
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        var step = Lanes * TLane.ElementSize;
        var at = ((first * channels) + c) * TLane.ElementSize;
        for (var row = first; row < end; row++, at += channels * TLane.ElementSize)
        {
            var (g0, g1) = (Masked(dy, y, at), Masked(dy, y, at + step));
            var (g2, g3) = (Masked(dy, y, at + (2 * step)), Masked(dy, y, at + (3 * step)));
            s0 += g0;
            s1 += g1;
            s2 += g2;
            s3 += g3;
            q0 = Vector512.FusedMultiplyAdd(g0, TLane.Load(x + at) - m0, q0);
            q1 = Vector512.FusedMultiplyAdd(g1, TLane.Load(x + at + step) - m1, q1);
            q2 = Vector512.FusedMultiplyAdd(g2, TLane.Load(x + at + (2 * step)) - m2, q2);
            q3 = Vector512.FusedMultiplyAdd(g3, TLane.Load(x + at + (3 * step)) - m3, q3);
            if (dz != null)
            {
                TLane.Store(dz + at, g0);
                TLane.Store(dz + at + step, g1);
                TLane.Store(dz + at + (2 * step), g2);
                TLane.Store(dz + at + (3 * step), g3);
            }
        }

        s0.Store(sum);
        s1.Store(sum + Lanes);
        s2.Store(sum + (2 * Lanes));
        s3.Store(sum + (3 * Lanes));
        q0.Store(sumTimesX);
        q1.Store(sumTimesX + Lanes);
        q2.Store(sumTimesX + (2 * Lanes));
        q3.Store(sumTimesX + (3 * Lanes));
    }

    private static void AddBlocks(float[] sums, int count, int channels, Span<double> first, Span<double> second)
    {
        for (var block = 0; block < count; block++)
        {
            Add(sums.AsSpan(block * 2 * channels, channels), first);
            Add(sums.AsSpan(((block * 2) + 1) * channels, channels), second);
        }
    }

    private static void Add(ReadOnlySpan<float> values, Span<double> sums)
    {
        const int Half = Lanes / 2;
        for (var c = 0; c < values.Length; c += Lanes)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Create(values.Slice(c, Lanes)));
            (Vector512.Create<double>(sums.Slice(c, Half)) + lower).CopyTo(sums.Slice(c, Half));
            (Vector512.Create<double>(sums.Slice(c + Half, Half)) + upper).CopyTo(sums.Slice(c + Half, Half));
        }
    }
}
