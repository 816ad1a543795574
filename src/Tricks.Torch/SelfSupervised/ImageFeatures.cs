using System.Runtime.InteropServices;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.SelfSupervised;

/// <summary>The features of labelled images, computed once by a network that stays as it is.</summary>
public sealed class ImageFeatures
{
    /// <summary>Wraps features that were computed elsewhere.</summary>
    /// <param name="values">(Count, dimensions), row by row; not copied.</param>
    /// <param name="dimensions">Length of a feature vector, at least 1.</param>
    /// <param name="labels">The class number of each row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a label is no class number.</exception>
    public ImageFeatures(float[] values, int dimensions, IReadOnlyList<int> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        if (values.LongLength != (long)labels.Count * dimensions)
            throw new ArgumentException($"{labels.Count} labels with {dimensions} features each need {(long)labels.Count * dimensions} values, not {values.LongLength}.", nameof(values));
        if (labels.FirstOrDefault(label => label < 0 || label >= classes, -1) is var wrong and not -1)
            throw new ArgumentException($"A label is {wrong}; with {classes} classes it must be 0 to {classes - 1}.", nameof(labels));
        (Values, Dimensions, Labels, Classes) = (values, dimensions, labels, classes);
    }

    /// <summary>(Count, Dimensions), row by row.</summary>
    public float[] Values { get; }

    /// <summary>Length of a feature vector.</summary>
    public int Dimensions { get; }

    /// <summary>The class number of each row.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Labels.Count;

    /// <summary>Computes the features h of every image, with evaluation transforms and the network in evaluation mode, where it is left.</summary>
    /// <param name="encoder">Any architecture of the library, on the device.</param>
    /// <param name="data">The images with their labels.</param>
    /// <param name="preprocessing">What the encoder expects of an image.</param>
    /// <param name="batchSize">Images per forward pass.</param>
    /// <param name="device">Where the encoder is; the CPU by default.</param>
    /// <param name="workers">Threads that prepare batches; the number of processors by default.</param>
    /// <param name="cancellationToken">Ends the computation.</param>
    /// <exception cref="ArgumentException">The encoder has no features to be had, or there are no images.</exception>
    public static ImageFeatures Extract(
        Module<Tensor, Tensor> encoder,
        ImageDataset data,
        Preprocessing preprocessing,
        int batchSize = 256,
        Device? device = null,
        int? workers = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (data.Count == 0)
            throw new ArgumentException("There are no images to compute features of.", nameof(data));
        var extractor = SimClrNetwork.Of(encoder);
        var transform = new EvaluationTransform(preprocessing);
        var values = new float[checked(data.Count * extractor.FeatureCount)];
        using var loader = new BatchLoader(data, Math.Min(batchSize, data.Count), preprocessing.ImageSize, preprocessing.Channels, workers);
        var plan = BatchPlan.InOrder(data.Count, batchSize);
        encoder.eval();
        var written = 0;
        foreach (var batch in loader.Batches(plan, (row, target) => transform.Apply(data.Read(row), target), cancellationToken))
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var h = extractor.Features(batch.Images.to(device ?? CPU)).to(ScalarType.Float32).cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(h.bytes).CopyTo(values.AsSpan(written));
            written += (int)h.numel();
        }

        return new ImageFeatures(values, extractor.FeatureCount, data.Labels, data.ClassNames.Count);
    }

    /// <summary>The share of rows whose label has the highest score, in [0, 1].</summary>
    /// <param name="scores">(Count, Classes), row by row.</param>
    public double Accuracy(IReadOnlyList<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var right = 0;
        for (var row = 0; row < Count; row++)
        {
            var best = 0;
            for (var c = 1; c < Classes; c++)
            {
                if (scores[(row * Classes) + c] > scores[(row * Classes) + best])
                    best = c;
            }

            right += best == Labels[row] ? 1 : 0;
        }

        return (double)right / Count;
    }

    /// <summary>The features as a tensor, (Count, Dimensions), owned by the caller.</summary>
    internal Tensor ToTensor() => tensor(Values, [Count, Dimensions]);

    /// <summary>The labels as a tensor, (Count), int64, owned by the caller.</summary>
    internal Tensor LabelTensor() => tensor(Labels.Select(label => (long)label).ToArray());
}
