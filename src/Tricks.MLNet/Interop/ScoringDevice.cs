using Microsoft.ML.Runtime;
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
}
