using Microsoft.ML.Runtime;
using TorchSharp;
using Tricks.Torch.Runtime;

using Device = TorchSharp.torch.Device;

namespace Tricks.MLNet.Interop;

/// <summary>Where a loaded model scores: ML.NET's rule for GpuDeviceId and FallbackToCpu.</summary>
internal static class ScoringDevice
{
    /// <exception cref="TorchBackendException">The backend cannot be loaded, or the GPU is not there and the CPU may not stand in.</exception>
    public static Device Of(IHostEnvironment environment)
    {
        var facts = EnvironmentFacts.Of(environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        new HostLog(environment, "ConvNet").Info("Loading", $"the model scores on {Devices.Describe(device, facts.GpuDeviceId)}");
        return device;
    }

    /// <summary>The precision of a saved model where this machine computes rightly in it, else float32, and the log says why.</summary>
    public static Precision UsablePrecision(IHostEnvironment environment, Precision saved)
    {
        var facts = EnvironmentFacts.Of(environment);
        var device = Devices.Choose(facts.GpuDeviceId, facts.FallbackToCpu);
        var log = new HostLog(environment, "ConvNet");
        if (saved == Precision.Float16 && device.type == DeviceType.CPU)
        {
            log.Warning("Loading", "the model's ScoringPrecision is Float16, which needs a GPU; it scores in Float32 here");
            return Precision.Float32;
        }

        try
        {
            PrecisionSelfTest.Ensure(saved, device);
            SlowPrecision.Warn(log, "Loading", "the model's ScoringPrecision", saved, device);
            return saved;
        }
        catch (TorchBackendException e)
        {
            log.Warning("Loading", $"the model scores in Float32 here: {e.Message}");
            return Precision.Float32;
        }
    }
}
