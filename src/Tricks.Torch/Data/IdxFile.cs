using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Tricks.Torch.Data;

/// <summary>The IDX format of MNIST, Fashion-MNIST, EMNIST and their like, plain or gzipped.</summary>
/// <remarks>
/// All numbers big-endian. Images: magic 0x00000803, count, rows, columns (32 bits each), then count * rows * columns
/// bytes. Labels: magic 0x00000801, count, then count bytes. Source: "FILE FORMATS FOR THE MNIST DATABASE",
/// yann.lecun.com/exdb/mnist. Gzip is known by its first two bytes, not by the name of the file.
/// </remarks>
public static class IdxFile
{
    private const uint ImagesMagic = 0x0803;
    private const uint LabelsMagic = 0x0801;

    /// <summary>Reads gray images and their labels.</summary>
    /// <param name="imagesPath">Such as <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">Such as <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The name of label 0, 1, ...; the numbers themselves by default.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of its kind, is cut off or too long, or the two do not
    /// belong together; or a label has no name.</exception>
    public static PixelDataSet Read(string imagesPath, string labelsPath, IReadOnlyList<string>? classNames = null)
    {
        var (images, sizes) = ReadArray(imagesPath, "images", ImagesMagic, dimensions: 3);
        var (labels, _) = ReadArray(labelsPath, "labels", LabelsMagic, dimensions: 1);
        if (labels.Length != sizes[0])
        {
            throw new InvalidDataException(
                $"'{imagesPath}' has {sizes[0]} images, but '{labelsPath}' has {labels.Length} labels. Pass the two files of the same set.");
        }

        var classes = labels.Length == 0 ? 0 : labels.Span.ToArray().Max() + 1;
        if (classNames is not null && classNames.Count < classes)
            throw new InvalidDataException($"'{labelsPath}' has the label {classes - 1}, but only {classNames.Count} class names were given.");
        var names = classNames ?? [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        return new PixelDataSet(sizes[2], sizes[1], channels: 1, images, labels.ToArray(), names);
    }

    private static (ReadOnlyMemory<byte> Values, int[] Sizes) ReadArray(string path, string what, uint magic, int dimensions)
    {
        var bytes = ReadBytes(path);
        var header = 4 * (1 + dimensions);
        if (bytes.Length < header)
            throw new InvalidDataException($"'{path}' has {bytes.Length} bytes, fewer than the header of an IDX file of {what}. {Remedy}");
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) is var found && found != magic)
        {
            throw new InvalidDataException(
                $"'{path}' is no IDX file of {what}: it begins with 0x{found:X8}, not 0x{magic:X8}. {Remedy}");
        }

        var sizes = new int[dimensions];
        long expected = 1;
        for (var i = 0; i < dimensions; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            // An image has at least one pixel; a set may be empty. The bound keeps the product within 64 bits.
            if (sizes[i] < Math.Min(i, 1) || (i > 0 && sizes[i] > ushort.MaxValue))
                throw new InvalidDataException($"'{path}' claims a size of {sizes[i]} in dimension {i}. The file is damaged. {Remedy}");
            expected *= sizes[i];
        }

        if (expected != bytes.Length - header)
        {
            throw new InvalidDataException(
                $"'{path}' should have {expected} bytes of {what} after its header and has {bytes.Length - header}. The file is cut off or damaged. {Remedy}");
        }

        return (bytes.AsMemory(header), sizes);
    }

    private const string Remedy = "Check that images and labels are not swapped, or get the file again.";

    private static byte[] ReadBytes(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1F, 0x8B, ..])
            return bytes;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' cannot be decompressed. The file is damaged. {Remedy}", e);
        }
    }
}
