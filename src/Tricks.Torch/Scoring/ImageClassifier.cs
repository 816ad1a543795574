using TorchSharp;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Scoring;

/// <summary>A trained network with everything that scoring an image needs; the owner of its weights.</summary>
/// <remarks>Safe for several threads at once: the network is in evaluation mode and is only read.</remarks>
public sealed class ImageClassifier : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly EvaluationTransform _transform;
    private readonly Device _device;
    private readonly ReaderWriterLockSlim _alive = new();
    private bool _disposed;

    /// <summary>Takes ownership of a network and puts it into evaluation mode on the device.</summary>
    /// <param name="network">(N, C, H, W) to logits (N, classes); disposed with this object.</param>
    /// <param name="architecture">What the network was built from.</param>
    /// <param name="preprocessing">What the network expects of an image.</param>
    /// <param name="classes">Length of the logits.</param>
    /// <param name="device">Where to run; the CPU by default.</param>
    public ImageClassifier(
        Module<Tensor, Tensor> network, Architecture architecture, Preprocessing preprocessing, int classes, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        (Architecture, Preprocessing, Classes) = (architecture, preprocessing, classes);
        _device = device ?? CPU;
        _network = MemoryFormat.ToChannelsLast(network.to(_device));
        _network.eval();
        _transform = new EvaluationTransform(preprocessing);
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>What the network expects of an image.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Number of classes, the length of a score vector.</summary>
    public int Classes { get; }

    /// <summary>The network in evaluation mode; owned by this object.</summary>
    public Module<Tensor, Tensor> Network => _network;

    /// <summary>The probability of each class, softmax(logits), for each image.</summary>
    /// <param name="images">At least one image of any size, with the channels of <see cref="Preprocessing"/>.</param>
    /// <returns>(images, classes), row by row: the score of class c of image i is at i * Classes + c.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Score(IReadOnlyList<ImagePixels> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        _alive.EnterReadLock(); // disposing waits for scoring to end: a freed tensor is a crash, not an exception
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ScoreAlive(images);
        }
        finally
        {
            _alive.ExitReadLock();
        }
    }

    private float[] ScoreAlive(IReadOnlyList<ImagePixels> images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // One row is padded to two: batch-1 float convolutions print an NNPACK warning per call on some processors.
        var input = Input(images, rows: Math.Max(2, images.Count)).to(_device);  // (N, C, H, W)
        var scores = _network.call(input).to(ScalarType.Float32).softmax(1).cpu();  // (N, classes)
        return scores.data<float>().Take(images.Count * Classes).ToArray();
    }

    /// <summary>The images as a channels-last batch (rows, C, H, W); rows beyond the images are zero.</summary>
    private Tensor Input(IReadOnlyList<ImagePixels> images, int rows)
    {
        var (size, channels) = (Preprocessing.ImageSize, Preprocessing.Channels);
        var values = new float[(long)rows * size * size * channels];
        var row = size * size * channels;
        Parallel.For(0, images.Count, i => _transform.Apply(images[i], values.AsSpan(i * row, row)));
        return tensor(values, [rows, size, size, channels]).permute(0, 3, 1, 2);
    }

    /// <summary>Frees the weights, once no thread is scoring any more.</summary>
    public void Dispose()
    {
        _alive.EnterWriteLock();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            _network.Dispose();
        }
        finally
        {
            _alive.ExitWriteLock();
        }
    }
}
