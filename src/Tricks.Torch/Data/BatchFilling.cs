using System.Diagnostics;

namespace Tricks.Torch.Data;

/// <summary>The work of one pass over a plan: who fills which rows of which buffer, and when a batch is ready.</summary>
/// <remarks>
/// Workers take runs of rows in the order of the plan, from the next batch too while another worker is still at the last rows of
/// this one. A run is as long as a worker fills in some 50 us: a decoded photograph takes longer than handing out work costs, a
/// small image takes less. Batch i is filled into buffer i modulo their number, once the batch before it there was handed back.
/// </remarks>
internal sealed class BatchFilling(
    IReadOnlyList<int[]> plan, BatchLoader.FillPlace fill, IReadOnlyList<int> labels, IReadOnlyList<BatchBuffer> buffers, int imageSize)
{
    private const int MaxRun = 64;
    private static readonly long RunTicks = Stopwatch.Frequency / 20_000; // 50 us

    private readonly object _gate = new(); // guards everything below
    private readonly int[] _rowsLeft = [.. plan.Select(rows => rows.Length)];
    private Run _next = new(0, 0, 0, 0);
    private int _handedBack;
    private bool _stopped;
    private (long Place, Exception Exception)? _fault;

    /// <summary>What the fill function threw, for the first place of the plan if for several.</summary>
    public Exception? Fault => _fault?.Exception;

    /// <summary>Fills rows until there are none left or the work was stopped.</summary>
    public void Work()
    {
        var length = 1;
        while (Take(length) is { } run)
        {
            var start = Stopwatch.GetTimestamp();
            if (!Fill(run))
                return;
            length = Stopwatch.GetTimestamp() - start < RunTicks ? Math.Min(2 * length, MaxRun) : Math.Max(length / 2, 1);
        }
    }

    /// <summary>Waits until a batch is filled; false if it never will be.</summary>
    public bool WaitFor(int batch)
    {
        lock (_gate)
        {
            while (_rowsLeft[batch] > 0 && !_stopped)
                Monitor.Wait(_gate);
            return _rowsLeft[batch] == 0;
        }
    }

    /// <summary>The consumer has done with its oldest batch, whose buffer may be filled anew.</summary>
    public void HandBack()
    {
        lock (_gate)
        {
            _handedBack++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>No further rows are taken.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The next rows to fill, up to the end of their batch.</summary>
    private Run? Take(int length)
    {
        lock (_gate)
        {
            while (!_stopped && _next.Batch < plan.Count)
            {
                if (_next.Row == plan[_next.Batch].Length)
                    _next = new Run(_next.Batch + 1, 0, 0, _next.Place);
                else if (_next.Batch >= _handedBack + buffers.Count)
                    Monitor.Wait(_gate); // and look again: others woke up too
                else
                    return TakeNext(length);
            }

            return null;
        }
    }

    private Run TakeNext(int length)
    {
        var run = _next with { Length = Math.Min(length, plan[_next.Batch].Length - _next.Row) };
        _next = _next with { Row = run.Row + run.Length, Place = run.Place + run.Length };
        return run;
    }

    private bool Fill(Run run)
    {
        var (rows, buffer) = (plan[run.Batch], buffers[run.Batch % buffers.Count]);
        var done = 0;
        try
        {
            for (; done < run.Length; done++)
            {
                var i = run.Row + done;
                fill(rows[i], run.Place + done, buffer.Pixels(i, imageSize));
                buffer.SetLabel(i, labels[rows[i]]);
            }
        }
        catch (Exception e) // whatever a source throws is the consumer's to see
        {
            Fail(run.Place + done, e);
            return false;
        }

        Finish(run);
        return true;
    }

    private void Finish(Run run)
    {
        lock (_gate)
        {
            _rowsLeft[run.Batch] -= run.Length;
            if (_rowsLeft[run.Batch] == 0)
                Monitor.PulseAll(_gate);
        }
    }

    private void Fail(long place, Exception exception)
    {
        lock (_gate)
        {
            if (_fault is not { } fault || place < fault.Place)
                _fault = (place, exception);
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Rows of a batch of the plan.</summary>
    /// <param name="Batch">Which batch.</param>
    /// <param name="Row">The first of the rows.</param>
    /// <param name="Length">How many.</param>
    /// <param name="Place">The place of the first in the whole plan.</param>
    private readonly record struct Run(int Batch, int Row, int Length, long Place);
}
