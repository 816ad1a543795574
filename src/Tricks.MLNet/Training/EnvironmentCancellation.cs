using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;

namespace Tricks.MLNet.Training;

/// <summary>One token for both ways to end a fit: the user's token and <c>MLContext.CancelExecution</c>.</summary>
/// <remarks>ML.NET's way is a flag without an event, so it is looked at 20 times a second.</remarks>
internal sealed class EnvironmentCancellation : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly Timer _poll;

    public EnvironmentCancellation(IHostEnvironment environment, CancellationToken userToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(userToken);
        _poll = new Timer(_ => Look(environment), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    public CancellationToken Token => _source.Token;

    private void Look(IHostEnvironment environment)
    {
        if (Cancellation.IsCanceled(environment))
            _source.Cancel();
    }

    public void Dispose()
    {
        using var stopped = new ManualResetEvent(false);
        if (_poll.Dispose(stopped))
            stopped.WaitOne(); // the last look may still hold the source
        _source.Dispose();
    }
}
