using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Images of one size in memory, with their labels: what the readers of data set files return.</summary>
public sealed class PixelDataSet
{
    private readonly ReadOnlyMemory<byte> _values;

    internal PixelDataSet(
        int width, int height, int channels, ReadOnlyMemory<byte> values, byte[] labels, IReadOnlyList<string> classNames)
    {
        (Width, Height, Channels, _values) = (width, height, channels, values);
        (Labels, ClassNames) = (labels, classNames);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Number of rows of an image.</summary>
    public int Height { get; }

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    /// <summary>Number of images.</summary>
    public int Count => Labels.Count;

    /// <summary>The class of each image, 0..ClassNames.Count - 1.</summary>
    public IReadOnlyList<byte> Labels { get; }

    /// <summary>The name of each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>A copy of one image.</summary>
    /// <param name="index">0..Count - 1.</param>
    public ImagePixels Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var length = Width * Height * Channels;
        return new ImagePixels(Width, Height, Channels, _values.Slice(index * length, length).ToArray());
    }

    /// <summary>The name of the class of one image.</summary>
    /// <param name="index">0..Count - 1.</param>
    public string Label(int index) => ClassNames[Labels[index]];
}
