using TorchSharp;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Scoring;

/// <summary>A trained network with everything that scoring an image needs; the owner of its weights.</summary>
/// <remarks>
/// <para>Safe for several threads at once: the network is in evaluation mode and is only read. Weights that are changed after the
/// first score are not seen: scoring keeps folded copies of the convolutions.</para>
/// <para>On the CPU a call is split into parts of some images, which as many threads as libtorch has decode and score by themselves;
/// with fewer than four images for each thread all of them work on one forward pass. The environment
/// variable <c>TRICKS_KERNELS=plain</c> takes the network as it is, one forward pass for each call.</para>
/// </remarks>
public sealed class ImageClassifier : IDisposable
{
    private const int LeastRows = 4; // with fewer, reordering the weights for each part costs more than the threads gain
    private const long PartPixels = 16 * 224 * 224; // a part's maps fit the last-level cache; measured in benchmarks/RESULTS.md

    private readonly Module<Tensor, Tensor> _network;
    private readonly EvaluationTransform _transform;
    private EvaluationTransform _cropping;
    private readonly Device _device;
    private readonly ReaderWriterLockSlim _alive = new();
    private FoldedWeights _folded = new();
    private Precision _precision;
    private bool _disposed;

    /// <summary>Takes ownership of a network and puts it into evaluation mode on the device.</summary>
    /// <param name="network">(N, C, H, W) to logits (N, classes); disposed with this object.</param>
    /// <param name="architecture">What the network was built from.</param>
    /// <param name="preprocessing">What the network expects of an image.</param>
    /// <param name="classes">Length of the logits, at least 1.</param>
    /// <param name="device">Where to run; the CPU by default.</param>
    public ImageClassifier(
        Module<Tensor, Tensor> network, Architecture architecture, Preprocessing preprocessing, int classes, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        (Architecture, Preprocessing, Classes) = (architecture, preprocessing, classes);
        _device = device ?? CPU;
        _network = MemoryFormat.ToChannelsLast(network.to(_device));
        _network.eval();
        _transform = _cropping = new EvaluationTransform(preprocessing);
    }

    /// <summary>The architecture of the network.</summary>
    public Architecture Architecture { get; }

    /// <summary>What the network expects of an image.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The number format of the convolutions in scoring; pool, classifier and softmax are float32. Default <see cref="Precision.Float32"/>.</summary>
    /// <remarks>
    /// BFloat16 is about twice as fast on processors with avx512_bf16 or amx_bf16 and changes a probability by some hundredths at
    /// most where classes are close; see benchmarks/RESULTS.md. Features are computed in it as well.
    /// </remarks>
    /// <exception cref="ArgumentException">The value is none of the enum's, or Float16 on a CPU.</exception>
    /// <exception cref="TorchBackendException">This machine does not compute rightly in it (<see cref="PrecisionSelfTest"/>).</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Precision Precision
    {
        get => _precision;
        set
        {
            CheckPrecision(value, _device);
            PrecisionSelfTest.Ensure(value, _device);
            _alive.EnterWriteLock(); // no forward pass is running
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _folded.Dispose();
                (_folded, _precision) = (new FoldedWeights(), value);
            }
            finally
            {
                _alive.ExitWriteLock();
            }
        }
    }

    /// <exception cref="ArgumentException">The value is none of the enum's, or Float16 on a CPU.</exception>
    private static void CheckPrecision(Precision precision, Device device)
    {
        if (!Enum.IsDefined(precision))
            throw new ArgumentException($"Precision is {(int)precision}; it must be one of {string.Join(", ", Enum.GetNames<Precision>())}.", nameof(precision));
        if (precision == Precision.Float16 && device.type == DeviceType.CPU)
            throw new ArgumentException("Precision is Float16, which needs a GPU; use BFloat16 or Float32 on the CPU.", nameof(precision));
    }

    /// <summary>Number of classes, the length of a score vector.</summary>
    public int Classes { get; }

    /// <summary>The views of an image that <see cref="Score(IReadOnlyList{ImagePixels})"/> averages over. Default <see cref="TestTimeAugmentation.None"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public TestTimeAugmentation TestTimeAugmentation
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Faults().FirstOrDefault() is { } fault)
                throw new ArgumentException(fault, nameof(value));
            field = value;
            _cropping = new EvaluationTransform(Preprocessing, value.Crops);
        }
    } = TestTimeAugmentation.None;

    /// <summary>The temperature by which logits are divided, and how it was found; null (the default) is a temperature of 1. <see cref="Calibrate"/> sets it.</summary>
    /// <exception cref="ArgumentException">The temperature is not greater than 0.</exception>
    public Calibration? Calibration
    {
        get;
        internal set => field = value is null or { Temperature: > 0 and < double.PositiveInfinity }
            ? value
            : throw new ArgumentException($"The temperature is {value.Temperature}; it must be a finite number greater than 0.", nameof(value));
    }

    /// <summary>The network in evaluation mode; owned by this object.</summary>
    public Module<Tensor, Tensor> Network => _network;

    /// <summary>The probability of each class, softmax(logits / temperature), for each image.</summary>
    /// <param name="images">Images of any size, with the channels of <see cref="Preprocessing"/>.</param>
    /// <returns>(images, classes), row by row: the score of class c of image i is at i * Classes + c.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Score(IReadOnlyList<ImagePixels> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Score(images.Count, i => images[i]);
    }

    /// <summary>The same for images that are decoded on demand, so that only as many are in memory as there are processors.</summary>
    /// <param name="count">Number of images, at least 0.</param>
    /// <param name="imageAt">The image at 0..count - 1, called once for each, from several threads; null for none.</param>
    /// <returns>(count, classes), row by row; NaN where there is no image.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <remarks>What <paramref name="imageAt"/> throws is thrown on: of several images, that of the first.</remarks>
    public float[] Score(int count, Func<int, ImagePixels?> imageAt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(imageAt);
        return count == 0 ? [] : WhileAlive(() => RunAlive(
            count, imageAt, Classes, _cropping, crops => Logits(crops).DividedBy(Calibration?.Temperature ?? 1).softmax(1)));
    }

    private Tensor Logits(IReadOnlyList<Tensor> crops) => TestTimeAugmentation.MeanLogits(_network, crops);

    /// <summary>Sets <see cref="Calibration"/> to the temperature with the smallest cross entropy on rows.</summary>
    /// <remarks>
    /// The logits are those of this object, its views included. Call it before other threads score. Take rows that were not trained on, some hundred of them: if
    /// every row is right, the smallest cross entropy is at the smallest temperature, 1/100, and scores become 0 or 1.
    /// </remarks>
    /// <param name="rows">At least one.</param>
    /// <param name="batchSize">Rows per forward pass.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Calibration Calibrate(ImageDataset rows, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (rows.Count == 0)
            throw new ArgumentException("There are no rows to fit a temperature on.", nameof(rows));
        var logits = new List<float>(rows.Count * Classes);
        for (var first = 0; first < rows.Count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = first;
            logits.AddRange(WhileAlive(() => RunAlive(Math.Min(batchSize, rows.Count - from), i => rows.Read(from + i), Classes, _cropping, Logits)));
        }

        using var scope = NewDisposeScope();
        return Calibration = TemperatureScaling.Calibrate(tensor(logits.ToArray(), [rows.Count, Classes]), tensor(rows.Labels.Select(label => (long)label).ToArray()));
    }

    /// <summary>Length of a feature vector: what <see cref="Features"/> gives for an image.</summary>
    /// <exception cref="NotSupportedException">The network shows no features before its classifier.</exception>
    public int FeatureCount => Backbone.FeatureCount;

    /// <summary>The representation of each image before the classifier, <see cref="IFeatureExtractor.Features"/>.</summary>
    /// <returns>(count, FeatureCount), row by row; NaN where there is no image.</returns>
    /// <exception cref="NotSupportedException">The network shows no features before its classifier.</exception>
    /// <inheritdoc cref="Score(int, Func{int, ImagePixels})"/>
    public float[] Features(int count, Func<int, ImagePixels?> imageAt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(imageAt);
        var backbone = Backbone;
        return count == 0 ? [] : WhileAlive(() => RunAlive(count, imageAt, backbone.FeatureCount, _transform, crops => backbone.Features(crops[0])));
    }

    private IFeatureExtractor Backbone => _network as IFeatureExtractor ?? throw new NotSupportedException(
        $"{Architecture} is no {nameof(IFeatureExtractor)}: it shows no features before its classifier. Choose an architecture of this library, or implement the interface.");

    /// <summary>Runs something that reads the network, such as saving it, while nobody can dispose it.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal T WhileAlive<T>(Func<T> read)
    {
        _alive.EnterReadLock(); // disposing waits for the reader: a freed tensor is a crash, not an exception
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return read();
        }
        finally
        {
            _alive.ExitReadLock();
        }
    }

    private float[] RunAlive(
        int count, Func<int, ImagePixels?> imageAt, int length, EvaluationTransform transform, Func<IReadOnlyList<Tensor>, Tensor> forward)
    {
        var result = new float[(long)count * length];
        var parts = Parts(count, transform.Crops);
        if (parts == 1)
        {
            RunPart(0, count, onAllProcessors: true);
        }
        else
        {
            ScoringThreads.Run(parts, part =>
            {
                var (first, end) = ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));
                RunPart(first, end - first, onAllProcessors: false);
            });
        }

        return result;

        void RunPart(int first, int rows, bool onAllProcessors)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (size, channels) = (Preprocessing.ImageSize, Preprocessing.Channels);
            // One row is padded to two: batch-1 float convolutions print an NNPACK warning per call on some processors.
            var pixels = zeros([Math.Max(2, rows), transform.Crops, size, size, channels]); // (N, crops, H, W, C)
            var present = ImageBatch.Fill(pixels, rows, i => imageAt(first + i), transform, onAllProcessors);
            List<Tensor> crops = [.. Enumerable.Range(0, transform.Crops).Select(crop => // (N, C, H, W), channels last
                pixels.select(1, crop).contiguous().permute(0, 3, 1, 2).to(_device).to(InputType))];
            var vectors = FoldedWeights.IsOn ? _folded.Use(() => forward(crops)) : forward(crops);
            var values = ImageBatch.Values(vectors.cpu().contiguous());                 // (N, length)
            for (var i = 0; i < rows; i++)
            {
                var row = result.AsSpan((first + i) * length, length);
                if (present[i])
                    values.Slice(i * length, length).CopyTo(row);
                else
                    row.Fill(float.NaN);
            }
        }
    }

    private ScalarType InputType => _precision switch
    {
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        _ => ScalarType.Float32,
    };

    /// <summary>Into how many parts a call is split: one where the threads share a forward pass, else at least one for each.</summary>
    private int Parts(int count, int crops)
    {
        if (_device.type != DeviceType.CPU || !FoldedWeights.IsOn)
            return 1;
        var threads = Math.Min(get_num_threads(), ScoringThreads.Count);
        if (threads == 1 || count < LeastRows * threads)
            return 1;
        var rows = Math.Max(LeastRows, PartPixels / ((long)crops * Preprocessing.ImageSize * Preprocessing.ImageSize));
        return Math.Max(threads, (int)((count + rows - 1) / rows));
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
            _folded.Dispose();
            _network.Dispose();
        }
        finally
        {
            _alive.ExitWriteLock();
        }
    }
}
