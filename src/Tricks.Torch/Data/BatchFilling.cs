using System.Diagnostics;

namespace Tricks.Torch.Data;

/// <summary>The work of one pass over a plan: who fills which rows of which buffer, and when a batch is ready.</summary>
/// <remarks>
/// Workers take runs of rows in the order of the plan, from the next batch too while another worker is still at the last rows of
/// this one, and so does the consumer while it has no batch. A run is as long as a thread fills in some 50 us: a decoded photograph
/// takes longer than handing out work costs, a small image takes less. Batch i is filled into buffer i modulo their number, once the
/// batch before it there was handed back.
/// </remarks>
internal sealed class BatchFilling(
    IReadOnlyList<int[]> plan, BatchLoader.FillPlace fill, IReadOnlyList<int> labels, IReadOnlyList<BatchBuffer> buffers, int imageSize)
{
    private readonly object _gate = new(); // guards everything below
    private readonly int[] _rowsLeft = [.. plan.Select(rows => rows.Length)];
    private Run _next = new(0, 0, 0, 0);
    private int _handedBack;
    private int _running; // runs that were taken and are not finished
    private bool _stopped;
    private (long Place, Exception Exception)? _fault;

    private readonly Pace _consumer = new(); // of the thread that waits for batches

    /// <summary>What the fill function threw, for the first place of the plan if for several.</summary>
    public Exception? Fault => _fault?.Exception;

    /// <summary>Fills rows until there are none left or the work was stopped.</summary>
    public void Work()
    {
        var pace = new Pace();
        while (Take(pace.Length) is { } run)
            Fill(run, pace);
    }

    /// <summary>Waits until a batch is filled, and fills rows meanwhile: waking a thread costs more than a small image does. False if it never will be filled.</summary>
    public bool WaitFor(int batch)
    {
        while (TakeWhileMissing(batch, _consumer.Length) is { } run)
            Fill(run, _consumer);
        lock (_gate)
            return _rowsLeft[batch] == 0;
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

    /// <summary>The next rows to fill, up to the end of their batch; null when there are none left.</summary>
    private Run? Take(int length)
    {
        lock (_gate)
        {
            while (!_stopped && !IsAllTaken)
            {
                if (TryTake(length) is { } run)
                    return run;
                Monitor.Wait(_gate); // and look again: others woke up too
            }

            return null;
        }
    }

    /// <summary>The same as long as rows of a batch are missing; null when it is filled or never will be.</summary>
    /// <remarks>Rows are taken in order: when one fails, those before it are in other threads' hands, which finish them.</remarks>
    private Run? TakeWhileMissing(int batch, int length)
    {
        lock (_gate)
        {
            while (_rowsLeft[batch] > 0)
            {
                if (TryTake(length) is { } run)
                    return run;
                if (_running == 0)
                    return null;
                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    private bool IsAllTaken => _next.Batch == plan.Count;

    /// <summary>The next rows, if there are any whose buffer is free.</summary>
    private Run? TryTake(int length)
    {
        if (_stopped || IsAllTaken || _next.Batch >= _handedBack + buffers.Count)
            return null;
        _running++;
        var run = _next with { Length = Math.Min(length, plan[_next.Batch].Length - _next.Row) };
        var (row, place) = (run.Row + run.Length, run.Place + run.Length);
        _next = row < plan[run.Batch].Length ? new Run(run.Batch, row, 0, place) : new Run(run.Batch + 1, 0, 0, place);
        return run;
    }

    private void Fill(Run run, Pace pace)
    {
        var start = Stopwatch.GetTimestamp();
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
            return;
        }

        pace.Took(Stopwatch.GetTimestamp() - start);
        Finish(run);
    }

    private void Finish(Run run)
    {
        lock (_gate)
        {
            _running--;
            _rowsLeft[run.Batch] -= run.Length;
            if (_rowsLeft[run.Batch] == 0 || _stopped)
                Monitor.PulseAll(_gate);
        }
    }

    private void Fail(long place, Exception exception)
    {
        lock (_gate)
        {
            if (_fault is not { } fault || place < fault.Place)
                _fault = (place, exception);
            _running--;
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

    /// <summary>How many rows a thread takes at once.</summary>
    private sealed class Pace
    {
        private const int MaxRun = 32; // with 64, one thread often held all the rows that the consumer waited for
        private static readonly long RunTicks = Stopwatch.Frequency / 20_000; // 50 us

        public int Length { get; private set; } = 1;

        public void Took(long ticks) => Length = ticks < RunTicks ? Math.Min(2 * Length, MaxRun) : Math.Max(Length / 2, 1);
    }
}
