using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Images with their labels: a source, and which of its images stand here in which order.</summary>
public sealed class ImageDataset
{
    private readonly IImageSource _source;
    private readonly int[] _rows;
    private readonly int[] _labels;

    /// <summary>All images of a source with their labels.</summary>
    /// <param name="source">The images.</param>
    /// <param name="labels">The class number of each image, 0 to classes - 1.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <exception cref="ArgumentException">Counts differ, or a label is no class number.</exception>
    public ImageDataset(IImageSource source, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
        : this(source, [.. Enumerable.Range(0, source?.Count ?? throw new ArgumentNullException(nameof(source)))], [.. labels], classNames)
    {
    }

    private ImageDataset(IImageSource source, int[] rows, int[] labels, IReadOnlyList<string> classNames)
    {
        if (labels.Length != rows.Length)
            throw new ArgumentException($"There are {rows.Length} images but {labels.Length} labels.", nameof(labels));
        var wrong = Array.FindIndex(labels, label => label < 0 || label >= classNames.Count);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"The label of {source.NameOf(rows[wrong])} is {labels[wrong]}; with {classNames.Count} classes it must be 0 to {classNames.Count - 1}.",
                nameof(labels));
        }

        (_source, _rows, _labels, ClassNames) = (source, rows, labels, classNames);
    }

    /// <summary>Number of images.</summary>
    public int Count => _rows.Length;

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class number of each image.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Reads the image at a position; safe from several threads.</summary>
    public ImagePixels Read(int position) => _source.Read(_rows[position]);

    /// <summary>Reads the image at a position and writes a random view of it; safe from several threads.</summary>
    /// <remarks>Bit-equal to transforming what <see cref="Read"/> returns, but of a large JPEG file only what the crop shows is decoded.</remarks>
    /// <param name="position">Which image.</param>
    /// <param name="transform">What a view is.</param>
    /// <param name="random">Where the draws come from; use one per (seed, epoch, sample).</param>
    /// <param name="target">ImageSize * ImageSize * Channels values, (H, W, C), normalised.</param>
    public void ReadView(int position, TrainingTransform transform, SeededRandom random, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(transform);
        if (transform.SeesAPart)
            ReadPart(_rows[position], transform, random, target);
        else
            transform.Apply(Read(position), random, target);
    }

    private void ReadPart(int index, TrainingTransform transform, SeededRandom random, Span<float> target) =>
        transform.Apply(choose => _source.ReadPart(index, choose), random, target);

    /// <summary>The file or row of the image at a position.</summary>
    public string NameOf(int position) => _source.NameOf(_rows[position]);

    /// <summary>The hash of the image at a position, see <see cref="IImageSource.ContentHash"/>.</summary>
    internal byte[] ContentHash(int position) => _source.ContentHash(_rows[position]);

    /// <summary>The images at these positions, in this order; pixels are shared, not copied.</summary>
    public ImageDataset Subset(IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        return new ImageDataset(
            _source, [.. positions.Select(p => _rows[p])], [.. positions.Select(p => _labels[p])], ClassNames);
    }
}
