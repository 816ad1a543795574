using System.Runtime.ExceptionServices;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Data;

/// <summary>Prepares batches ahead of the training step on worker threads, in the order of the plan.</summary>
/// <remarks>
/// A bounded number of buffers goes round: workers fill the free ones, the consumer uses one and hands it back. While the next one is not
/// full, the consumer's thread fills too.
/// Each row is written to its own place by a function of its position alone, so the result does not depend on timing,
/// and memory does not depend on the size of the data set.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    /// <summary>Batches prepared ahead of the one in use.</summary>
    public const int BatchesAhead = 2;

    /// <summary>Bytes that the images of one batch may take: what one span reaches.</summary>
    public const int MaxBatchBytes = int.MaxValue;

    private readonly ImageDataset _data;
    private readonly BatchBuffer[] _buffers;
    private readonly int _workers;
    private bool _inUse;
    private bool _disposed;

    /// <summary>Makes a loader with its own buffers.</summary>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">Rows in the largest batch.</param>
    /// <param name="imageSize">Height and width of the network's input in pixels.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="workers">Threads that decode and transform ahead of the consumer; the number of processors by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or a batch takes more than <see cref="MaxBatchBytes"/>.</exception>
    public BatchLoader(ImageDataset data, int batchSize, int imageSize, int channels, int? workers = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchBytes(batchSize, imageSize, channels), MaxBatchBytes, nameof(batchSize));
        (_data, ImageSize) = (data, imageSize);
        _workers = workers ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_workers, nameof(workers));
        TorchBackend.EnsureLoaded();
        _buffers = [.. Enumerable.Range(0, BatchesAhead + 1).Select(_ => new BatchBuffer(batchSize, imageSize, channels))];
    }

    /// <summary>Height and width in pixels of the images that the buffers were made for.</summary>
    public int ImageSize { get; }

    /// <summary>Bytes of the images of a batch, float32.</summary>
    internal static double BatchBytes(int batchSize, int imageSize, int channels) =>
        (double)batchSize * imageSize * imageSize * channels * sizeof(float);

    /// <summary>Writes the transformed image of a row, (H, W, C), into the target.</summary>
    public delegate void FillRow(int row, Span<float> target);

    /// <summary>The same for a plan in which a row may come several times.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Its place in the plan, counted through all batches from 0.</param>
    /// <param name="target">(H, W, C).</param>
    public delegate void FillPlace(int row, long place, Span<float> target);

    /// <summary>The batches of a plan, in its order. A batch is valid until the next one is asked for.</summary>
    /// <param name="plan">The rows of each batch.</param>
    /// <param name="fill">Called from several threads at once, once for each row of the plan.</param>
    /// <param name="cancellationToken">Ends the preparation of further batches.</param>
    /// <exception cref="ArgumentException">A batch of the plan has more rows than the buffers.</exception>
    /// <exception cref="InvalidOperationException">Another enumeration is under way: both would write the same buffers.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public IEnumerable<ImageBatch> Batches(IReadOnlyList<int[]> plan, FillRow fill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fill);
        return BatchesOfSize(plan, (row, _, target) => fill(row, target), ImageSize, cancellationToken);
    }

    /// <summary>The batches of a plan, in its order, of images of another size.</summary>
    /// <param name="plan">The rows of each batch.</param>
    /// <param name="fill">Called from several threads at once, once for each place of the plan.</param>
    /// <param name="imageSize">Height and width in pixels, at most <see cref="ImageSize"/>.</param>
    /// <param name="cancellationToken">Ends the preparation of further batches.</param>
    /// <exception cref="ArgumentException">A batch of the plan has more rows than the buffers.</exception>
    /// <exception cref="InvalidOperationException">Another enumeration is under way: both would write the same buffers.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public IEnumerable<ImageBatch> BatchesOfSize(IReadOnlyList<int[]> plan, FillPlace fill, int imageSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(imageSize, ImageSize);
        var capacity = _buffers[0].Capacity;
        if (plan.FirstOrDefault(rows => rows.Length > capacity) is { } large)
            throw new ArgumentException($"A batch of the plan has {large.Length} rows; this loader was made for at most {capacity}.", nameof(plan));
        return Enumerate(plan, fill, imageSize, cancellationToken);
    }

    private IEnumerable<ImageBatch> Enumerate(
        IReadOnlyList<int[]> plan, FillPlace fill, int imageSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_inUse)
            throw new InvalidOperationException("The batches of this loader are being enumerated already; finish that first.");
        _inUse = true;
        var filling = new BatchFilling(plan, fill, _data.Labels, _buffers, imageSize);
        var workers = Enumerable.Range(0, _workers).Select(_ => Task.Factory.StartNew(
            filling.Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray(); // they wait, which threads of the pool should not
        using var registration = cancellationToken.Register(filling.Stop);
        var cutShort = false;
        try
        {
            for (var i = 0; i < plan.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                cutShort = !filling.WaitFor(i);
                if (cutShort)
                    break; // a worker failed: its exception is rethrown below
                yield return _buffers[i % _buffers.Length].Batch(plan[i], imageSize);
                filling.HandBack();
            }
        }
        finally
        {
            filling.Stop(); // also when the consumer left early, which is no error
            Task.WaitAll(workers, CancellationToken.None);
            _inUse = false;
            if (filling.Fault is { } fault && (cutShort || cancellationToken.IsCancellationRequested || fault is not OperationCanceledException))
                ExceptionDispatchInfo.Throw(fault);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var buffer in _buffers)
            buffer.Dispose();
    }
}
