using Microsoft.ML.Runtime;

namespace Tricks.MLNet.Interop;

/// <summary>What the user set on the <c>MLContext</c>.</summary>
/// <remarks>
/// ML.NET keeps <c>IHostEnvironmentInternal</c>, the only way to these values behind a catalog, internal; we cast to it.
/// Remove when <c>IHostEnvironment</c> has them.
/// </remarks>
/// <param name="Seed"><c>new MLContext(seed)</c>; null when none was given.</param>
/// <param name="GpuDeviceId"><c>MLContext.GpuDeviceId</c>; null means the CPU.</param>
/// <param name="FallbackToCpu"><c>MLContext.FallbackToCpu</c>: whether the CPU may stand in for a GPU that is not there.</param>
/// <param name="TempFilePath"><c>MLContext.TempFilePath</c>: the folder for temporary files.</param>
internal sealed record EnvironmentFacts(int? Seed, int? GpuDeviceId, bool FallbackToCpu, string TempFilePath)
{
    public static EnvironmentFacts Of(IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment is IHostEnvironmentInternal facts
            ? new EnvironmentFacts(facts.Seed, facts.GpuDeviceId, facts.FallbackToCpu, facts.TempFilePath)
            : new EnvironmentFacts(Seed: null, GpuDeviceId: null, FallbackToCpu: true, Path.GetTempPath());
    }
}
