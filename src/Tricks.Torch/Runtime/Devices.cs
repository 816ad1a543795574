using TorchSharp;

namespace Tricks.Torch.Runtime;

/// <summary>Where tensors live: one GPU when it is asked for and there, the processor otherwise.</summary>
public static class Devices
{
    /// <summary>ML.NET's rule: the GPU that was asked for, else the processor.</summary>
    /// <param name="gpuDeviceId">The GPU's number from 0, or null for the processor (MLContext.GpuDeviceId).</param>
    /// <param name="fallbackToCpu">Whether the processor may stand in for a GPU that is not there (MLContext.FallbackToCpu).</param>
    /// <exception cref="TorchBackendException">The GPU is not there and the processor may not stand in.</exception>
    public static torch.Device Choose(int? gpuDeviceId, bool fallbackToCpu)
    {
        TorchBackend.EnsureLoaded();
        if (gpuDeviceId is not { } id)
            return torch.CPU;
        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (id >= 0 && id < count)
            return torch.device(DeviceType.CUDA, id);
        return fallbackToCpu ? torch.CPU : throw new TorchBackendException(
            $"GpuDeviceId is {id}, but {(count == 0 ? "no CUDA device is available to libtorch" : $"there are only the GPUs 0 to {count - 1}")}.",
            "set GpuDeviceId to null or FallbackToCpu to true to run on the processor; for a GPU build the app with -p:TorchBackend=cuda-linux or cuda-windows and install its driver.");
    }

    /// <summary>One phrase for the log: which device, how many threads where it is the processor, and whether it stands in for a GPU.</summary>
    /// <param name="device">The device that was chosen.</param>
    /// <param name="gpuDeviceId">The GPU that was asked for, if any.</param>
    public static string Describe(torch.Device device, int? gpuDeviceId = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CPU)
            return $"CUDA device {device.index}";
        var standsIn = gpuDeviceId is { } id ? $" (GPU {id} is not available and FallbackToCpu is set)" : "";
        return $"CPU with {torch.get_num_threads()} threads{standsIn}";
    }
}
