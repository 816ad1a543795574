namespace Tricks.Torch.Data;

/// <summary>The binary version of CIFAR-10: 32 x 32 RGB images of ten classes.</summary>
/// <remarks>
/// A file is a row of records of 3,073 bytes: the label (0..9), then the red, the green and the blue plane of 1,024 bytes
/// each. Source: "Binary version", www.cs.toronto.edu/~kriz/cifar.html.
/// </remarks>
public static class Cifar10File
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private const int Record = 1 + (3 * Plane);

    private static readonly string[] DefaultClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads the training or the test images.</summary>
    /// <param name="folder">Holds <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>, <c>test_batch.bin</c> and, if it has
    /// other class names than the usual ten, <c>batches.meta.txt</c>.</param>
    /// <param name="train">True for the five training files, false for the test file.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is cut off, or has a label outside 0..9.</exception>
    public static PixelDataSet Read(string folder, bool train = true)
    {
        var files = Files(folder, train).Select(path => (Path: path, Bytes: ReadRecords(path))).ToList();
        var count = files.Sum(file => file.Bytes.Length / Record);
        var values = new byte[count * 3 * Plane];
        var labels = new byte[count];
        var image = 0;
        foreach (var (path, bytes) in files)
        {
            for (var start = 0; start < bytes.Length; start += Record, image++)
            {
                labels[image] = bytes[start] < DefaultClassNames.Length ? bytes[start] : throw new InvalidDataException(
                    $"Record {start / Record} of '{path}' has the label {bytes[start]}; it must be 0..9. {Remedy}");
                Interleave(bytes.AsSpan(start + 1, 3 * Plane), values.AsSpan(image * 3 * Plane, 3 * Plane));
            }
        }

        return new PixelDataSet(Side, Side, channels: 3, values, labels, ClassNames(folder));
    }

    private const string Remedy = "Get and unpack cifar-10-binary.tar.gz again; the Python and Matlab versions have another format.";

    private static IEnumerable<string> Files(string folder, bool train)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. {Remedy}");
        string[] names = train ? [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")] : ["test_batch.bin"];
        var missing = names.Where(name => !File.Exists(Path.Combine(folder, name))).ToList();
        if (missing.Count > 0)
            throw new FileNotFoundException($"'{folder}' lacks {string.Join(", ", missing)}. {Remedy}", missing[0]);
        return names.Select(name => Path.Combine(folder, name));
    }

    private static byte[] ReadRecords(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.Length > 0 && bytes.Length % Record == 0 ? bytes : throw new InvalidDataException(
            $"'{path}' has {bytes.Length} bytes, which is no whole number of records of {Record}. The file is cut off or damaged. {Remedy}");
    }

    /// <summary>(C, H, W) to (H, W, C).</summary>
    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (var i = 0; i < Plane; i++)
        {
            pixels[i * 3] = planes[i];
            pixels[(i * 3) + 1] = planes[Plane + i];
            pixels[(i * 3) + 2] = planes[(2 * Plane) + i];
        }
    }

    private static string[] ClassNames(string folder)
    {
        var path = Path.Combine(folder, "batches.meta.txt");
        if (!File.Exists(path))
            return DefaultClassNames;
        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == DefaultClassNames.Length && names.Distinct().Count() == names.Length
            ? names
            : throw new InvalidDataException($"'{path}' has {names.Length} class names; it must have ten different ones. {Remedy}");
    }
}
