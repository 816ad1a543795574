using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Tricks.Torch.Data;

/// <summary>Prepares batches ahead of the training step on worker threads, in the order of the plan.</summary>
/// <remarks>
/// A bounded number of buffers goes round: workers fill a free one row by row, the consumer uses it and hands it back.
/// Each row is written to its own place by a function of its position alone, so the result does not depend on timing,
/// and memory does not depend on the size of the data set.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    /// <summary>Batches prepared ahead of the one in use.</summary>
    public const int BatchesAhead = 2;

    private readonly ImageDataset _data;
    private readonly BatchBuffer[] _buffers;
    private readonly int _workers;

    /// <summary>Makes a loader with its own buffers.</summary>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">Rows in the largest batch.</param>
    /// <param name="imageSize">Height and width of the network's input in pixels.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="workers">Threads that decode and transform; the number of processors by default.</param>
    public BatchLoader(ImageDataset data, int batchSize, int imageSize, int channels, int? workers = null)
    {
        _data = data;
        _workers = workers ?? Environment.ProcessorCount;
        _buffers = [.. Enumerable.Range(0, BatchesAhead + 1).Select(_ => new BatchBuffer(batchSize, imageSize, channels))];
    }

    /// <summary>Writes the transformed image of a row, (H, W, C), into the target.</summary>
    public delegate void FillRow(int row, Span<float> target);

    /// <summary>The batches of a plan, in its order. A batch is valid until the next one is asked for.</summary>
    /// <param name="plan">The rows of each batch.</param>
    /// <param name="fill">Called from several threads at once, once for each row of the plan.</param>
    /// <param name="cancellationToken">Ends the preparation of further batches.</param>
    public IEnumerable<ImageBatch> Batches(IReadOnlyList<int[]> plan, FillRow fill, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var free = new BlockingCollection<BatchBuffer>();
        using var ready = new BlockingCollection<BatchBuffer>();
        foreach (var buffer in _buffers)
            free.Add(buffer, CancellationToken.None);

        var worker = Task.Run(() => FillAll(plan, fill, free, ready, stop.Token), CancellationToken.None);
        try
        {
            foreach (var rows in plan)
            {
                if (!ready.TryTake(out var buffer, Timeout.Infinite, cancellationToken))
                    break; // the worker failed: its exception is rethrown below
                yield return buffer.Batch(rows);
                free.Add(buffer, CancellationToken.None);
            }
        }
        finally
        {
            stop.Cancel(); // also when the consumer left early
            try
            {
                worker.Wait(CancellationToken.None);
            }
            catch (AggregateException e)
            {
                var cause = e.Flatten().InnerExceptions[0];
                if (cause is not OperationCanceledException || cancellationToken.IsCancellationRequested)
                    ExceptionDispatchInfo.Throw(cause);
            }
        }
    }

    private void FillAll(
        IReadOnlyList<int[]> plan,
        FillRow fill,
        BlockingCollection<BatchBuffer> free,
        BlockingCollection<BatchBuffer> ready,
        CancellationToken stop)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = _workers, CancellationToken = stop };
            foreach (var rows in plan)
            {
                var buffer = free.Take(stop);
                Parallel.For(0, rows.Length, options, i =>
                {
                    fill(rows[i], buffer.Pixels(i));
                    buffer.SetLabel(i, _data.Labels[rows[i]]);
                });
                ready.Add(buffer, stop);
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
            buffer.Dispose();
    }
}
