using static TorchSharp.torch;

namespace Tricks.Torch.Data;

/// <summary>The memory of one batch, written by worker threads and used again for later batches.</summary>
internal sealed unsafe class BatchBuffer : IDisposable
{
    private readonly Tensor _images; // (capacity * H * W * C), of which smaller images use a part
    private readonly Tensor _labels; // (capacity)
    private readonly float* _pixels;
    private readonly long* _classes;
    private readonly int _channels;
    private ImageBatch? _current;
    private (int Rows, int ImageSize) _shape; // of the current batch

    public BatchBuffer(int capacity, int imageSize, int channels)
    {
        Capacity = capacity;
        _channels = channels;
        _images = zeros([(long)capacity * imageSize * imageSize * channels], ScalarType.Float32).DetachFromDisposeScope();
        _labels = zeros([capacity], ScalarType.Int64).DetachFromDisposeScope();
        fixed (byte* pixels = _images.bytes)
            _pixels = (float*)pixels; // native memory: it does not move
        fixed (byte* classes = _labels.bytes)
            _classes = (long*)classes;
    }

    /// <summary>Rows that fit.</summary>
    public int Capacity { get; }

    /// <summary>The pixels of a row below <see cref="Capacity"/>, (H, W, C) with H = W = <paramref name="imageSize"/>.</summary>
    public Span<float> Pixels(int row, int imageSize)
    {
        var length = imageSize * imageSize * _channels;
        return new(_pixels + ((long)row * length), length);
    }

    /// <summary>Sets the class number of a row.</summary>
    public void SetLabel(int row, int label) => _classes[row] = label;

    /// <summary>The first rows as a batch; its tensors live until a batch of another shape is asked for or this buffer is disposed.</summary>
    public ImageBatch Batch(IReadOnlyList<int> rows, int imageSize)
    {
        if (_current is { Images.IsInvalid: false, Labels.IsInvalid: false } && _shape == (rows.Count, imageSize)) // and not disposed by the consumer
            return _current = _current with { Rows = rows };
        DisposeViews();
        _shape = (rows.Count, imageSize);
        using var scope = NewDisposeScope();
        long[] shape = [rows.Count, imageSize, imageSize, _channels];
        return _current = new ImageBatch(
            _images.narrow(0, 0, shape[0] * shape[1] * shape[2] * shape[3]).view(shape).permute(0, 3, 1, 2).DetachFromDisposeScope(), // (N, C, H, W)
            _labels.narrow(0, 0, rows.Count).DetachFromDisposeScope(), // (N)
            rows);
    }

    public void Dispose()
    {
        DisposeViews();
        _images.Dispose();
        _labels.Dispose();
    }

    private void DisposeViews()
    {
        _current?.Images.Dispose();
        _current?.Labels.Dispose();
        _current = null;
    }
}
