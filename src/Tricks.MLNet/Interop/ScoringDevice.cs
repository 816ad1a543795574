using Microsoft.ML.Runtime;
using TorchSharp;

namespace Tricks.MLNet.Interop;

/// <summary>Where a loaded model scores.</summary>
internal static class ScoringDevice
{
    public static torch.Device Of(IHostEnvironment environment) => torch.CPU;
}
