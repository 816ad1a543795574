using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Tricks.MLNet.Interop;

/// <summary>A context for one trial, on the device and in the temporary folder of the user's.</summary>
/// <remarks>
/// A cancelled <see cref="MLContext"/> stays so for ever, and its seed is fixed when it is made; so a trial gets one of its own. ML.NET keeps
/// <c>MLContext.CancelExecution</c> internal; we call it past the access check, as AutoML does. Remove when it is public.
/// </remarks>
internal static class TrialContext
{
    public static MLContext Create(IHostEnvironment environment, int seed)
    {
        var facts = EnvironmentFacts.Of(environment);
        return new MLContext(seed) { GpuDeviceId = facts.GpuDeviceId, FallbackToCpu = facts.FallbackToCpu, TempFilePath = facts.TempFilePath };
    }

    /// <summary>Cancels the context's running fits as soon as the token is; dispose the result when they have ended.</summary>
    public static CancellationTokenRegistration CancelWith(MLContext context, CancellationToken token) => token.Register(context.CancelExecution);
}
