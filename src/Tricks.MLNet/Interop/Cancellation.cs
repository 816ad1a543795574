using Microsoft.ML.Runtime;

namespace Tricks.MLNet.Interop;

/// <summary>ML.NET's own way to end a fit: AutoML calls <c>MLContext.CancelExecution</c>.</summary>
/// <remarks>
/// ML.NET keeps <c>ICancelable</c> internal; we cast to it. Remove when <c>IHostEnvironment</c> carries a
/// <see cref="CancellationToken"/>.
/// </remarks>
internal static class Cancellation
{
    public static bool IsCanceled(IHostEnvironment environment) => environment is ICancelable { IsCanceled: true };

    /// <exception cref="OperationCanceledException">The environment was cancelled.</exception>
    public static void Check(IHostEnvironment environment)
    {
        if (IsCanceled(environment))
            throw new OperationCanceledException("The MLContext was told to cancel execution.");
    }
}
