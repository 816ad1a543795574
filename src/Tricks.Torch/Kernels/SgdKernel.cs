using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary>One step of gradient descent with momentum and decay in one pass over a parameter, all float32.</summary>
internal static unsafe class SgdKernel
{
    private const int Lanes = KernelSwitch.Lanes;
    private const int BlockLength = 64 << 10;

    /// <summary>g += decay * w; v = momentum * v + g; w -= rate * (g + momentum * v) with Nesterov, rate * v without.</summary>
    /// <remarks>weight: w, changed. gradient: g, left as it is. velocity: v, changed.</remarks>
    internal static void Step(
        float* weight, float* gradient, float* velocity, long length, float rate, float momentum, float decay, bool nesterov) =>
        Blocks.For(checked((int)((length + BlockLength - 1) / BlockLength)), block =>
        {
            var first = (long)block * BlockLength;
            Step(weight + first, gradient + first, velocity + first, (int)Math.Min(BlockLength, length - first), rate, momentum, decay, nesterov);
        });

    private static void Step(float* w, float* g, float* v, int length, float rate, float momentum, float decay, bool nesterov)
    {
        var i = 0;
        var (vRate, vMomentum, vDecay) = (Vector512.Create(rate), Vector512.Create(momentum), Vector512.Create(decay));
        for (; i + Lanes <= length; i += Lanes)
        {
            var weight = Vector512.Load(w + i);
            var gradient = Vector512.Load(g + i) + (vDecay * weight);
            var velocity = (vMomentum * Vector512.Load(v + i)) + gradient;
            velocity.Store(v + i);
            (weight - (vRate * (nesterov ? gradient + (vMomentum * velocity) : velocity))).Store(w + i);
        }

        for (; i < length; i++)
        {
            var gradient = g[i] + (decay * w[i]);
            v[i] = (momentum * v[i]) + gradient;
            w[i] -= rate * (nesterov ? gradient + (momentum * v[i]) : v[i]);
        }
    }
}
