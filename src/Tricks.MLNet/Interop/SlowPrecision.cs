using TorchSharp;
using Tricks.Torch.Runtime;

using Device = TorchSharp.torch.Device;

namespace Tricks.MLNet.Interop;

/// <summary>Warns of a precision that a machine computes rightly in, but slowly.</summary>
internal static class SlowPrecision
{
    /// <summary>Writes a line if bfloat16 is the slower format on this processor: it was chosen to be the faster one.</summary>
    /// <param name="log">Gets the line.</param>
    /// <param name="activity">What the line belongs to.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="precision">Its value.</param>
    /// <param name="device">Where it is computed.</param>
    public static void Warn(HostLog log, string activity, string option, Precision precision, Device device)
    {
        if (precision == Precision.BFloat16 && device.type == DeviceType.CPU && Processor.LacksBFloat16)
            log.Warning(activity, $"{option} is BFloat16, but this processor has neither avx512_bf16 nor amx_bf16: Float32 is faster here");
    }
}
