using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;

namespace FineTune;

/// <summary>The embedded images, by class and split: few or many of some of the classes.</summary>
internal sealed class FashionMnist(string folder)
{
    public static readonly string[] ClassNames =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private readonly PixelDataSet _train = Read(folder, "train");
    private readonly PixelDataSet _test = Read(folder, "t10k");

    /// <summary>The first images of each class in the file's order.</summary>
    public IDataView Train(MLContext context, string[] classes, int first, int count) => Rows(context, _train, classes, rows => rows.Skip(first).Take(count));

    /// <summary>So many images of each class in an order shuffled by seed, behind those skipped; from a position in the file's order on.</summary>
    public IDataView Few(MLContext context, string[] classes, int seed, int skip, int take, int from = 0) => Rows(context, _train, classes, rows =>
    {
        int[] pool = [.. rows.Skip(from)];
        return new SeededRandom(seed).NextPermutation(pool.Length).Skip(skip).Take(take).Select(i => pool[i]);
    });

    /// <summary>All test images of the classes.</summary>
    public IDataView Test(MLContext context, string[] classes) => Rows(context, _test, classes, rows => rows);

    private static IDataView Rows(MLContext context, PixelDataSet data, string[] classes, Func<IEnumerable<int>, IEnumerable<int>> choose) =>
        context.Data.LoadFromEnumerable(classes
            .SelectMany(name => choose(Enumerable.Range(0, data.Count).Where(row => data.Label(row) == name)))
            .Select(row => new Garment { Image = [.. data.Image(row).Values.Select(value => (float)value)], Label = data.Label(row) })
            .ToList());

    private static PixelDataSet Read(string folder, string part) => IdxFile.Read(
        Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"), ClassNames);

    private sealed class Garment
    {
        [VectorType(28, 28)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
