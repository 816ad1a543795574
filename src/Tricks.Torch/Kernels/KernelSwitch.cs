using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Whether this library's own kernels are used where they can be, or libtorch's operators everywhere.</summary>
/// <remarks>
/// Both compute the same to within rounding. The environment variable <c>TRICKS_KERNELS=plain</c>, read once, takes
/// libtorch's everywhere, to compare or to rule a kernel out.
/// </remarks>
internal static class KernelSwitch
{
    private static readonly bool ByEnvironment = Environment.GetEnvironmentVariable("TRICKS_KERNELS") != "plain";
    private static readonly AsyncLocal<bool> Plain = new();

    /// <summary>Lanes of one vector: kernels take channel counts that are a multiple of it.</summary>
    internal const int Lanes = 16;

    internal static bool IsOn => ByEnvironment && !Plain.Value;

    /// <summary>libtorch's operators in this flow of control until it is disposed, for comparisons.</summary>
    internal static IDisposable PlainScope()
    {
        var before = Plain.Value;
        Plain.Value = true;
        return new Restore(before);
    }

    /// <summary>Whether the kernels take this tensor: on the CPU, float32 or bfloat16, (N, C, H, W) stored channels-last, C a multiple of 16.</summary>
    internal static bool Takes(Tensor x)
    {
        if (!IsOn || x.dim() != 4 || x.device_type != TorchSharp.DeviceType.CPU || x.dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
            return false;
        var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3)); // an array of all sizes costs TorchSharp a call back each
        return c % Lanes == 0 && n * h * w > 0
            && x.stride(1) == 1 && (w == 1 || x.stride(3) == c) && (h == 1 || x.stride(2) == w * c) && (n == 1 || x.stride(0) == h * w * c);
    }

    private sealed class Restore(bool before) : IDisposable
    {
        public void Dispose() => Plain.Value = before;
    }
}
