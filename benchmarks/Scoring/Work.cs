namespace Tricks.Benchmarks;

/// <summary>What is scored, and with which files of one and the same network.</summary>
/// <param name="ModelPath">The saved ML.NET model.</param>
/// <param name="OnnxPath">The network with normalisation and softmax, (1, 3, H, W) in 0..255.</param>
/// <param name="BatchedOnnxPath">The same for (N, H, W, 3).</param>
/// <param name="ImageSize">H = W.</param>
/// <param name="Paths">The images.</param>
internal sealed record Work(string ModelPath, string OnnxPath, string BatchedOnnxPath, int ImageSize, string[] Paths)
{
    /// <summary>Photographs of 500 x 375 pixels for a network of 224.</summary>
    public static Work Photographs(string folder) => Of(folder, "photos", "photos", 224);

    /// <summary>Garments that the network has not seen, of its own 64 x 64 pixels, so that no way has to resize.</summary>
    public static Work Garments(string folder) => Of(folder, "garments", "garments/test", 64);

    /// <summary>The class of each image, by the ordinal order of the folders' names.</summary>
    public int[] Labels
    {
        get
        {
            var names = Paths.Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).ToArray();
            var classes = names.Distinct().Order(StringComparer.Ordinal).ToList();
            return [.. names.Select(name => classes.IndexOf(name))];
        }
    }

    private static Work Of(string folder, string model, string images, int size) => new(
        Path.Combine(folder, $"{model}.zip"),
        Path.Combine(folder, $"{model}.onnx"),
        Path.Combine(folder, $"{model}.batched.onnx"),
        size,
        [.. Directory.GetFiles(Path.Combine(folder, images), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]);
}
