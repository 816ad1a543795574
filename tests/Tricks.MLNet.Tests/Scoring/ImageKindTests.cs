using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>One PNG has one score, whichever way it reaches the model.</summary>
[TestClass]
public sealed class ImageKindTests
{
    private const int Count = 9;
    private static readonly MLContext Context = new(seed: 1);
    private static TestImages images = null!;

    [ClassInitialize]
    public static void WriteImages(TestContext _) => images = TestImages.WriteFiles(Count);

    [ClassCleanup]
    public static void RemoveImages() => images.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Path_bytes_image_and_both_pixel_orders_give_the_same_scores(int channels)
    {
        var paths = TestModel.Paths(Context, images.Paths);
        var expected = Scores("ImagePath", paths);
        var loaded = Context.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(Context.Transforms.ResizeImages("Sized", TestImages.Size, TestImages.Size, "Image"))
            .Append(Context.Transforms.ExtractPixels("Planar", "Sized"))
            .Append(Context.Transforms.ExtractPixels("Interleaved", "Sized", interleavePixelColors: true))
            .Append(Context.Transforms.LoadRawImageBytes("Bytes", "", "ImagePath"))
            .Fit(paths).Transform(paths);
        foreach (var column in new[] { "Image", "Sized", "Planar", "Interleaved", "Bytes" })
            TestModel.AssertSame(expected, Scores(column, loaded));

        float[][] Scores(string column, IDataView data)
        {
            using var model = TestModel.Create(Context, imageColumn: column, channels: channels);
            return TestModel.Scores(model.Transform(data));
        }
    }

    [TestMethod]
    public void Bytes_held_in_memory_and_flat_pixel_vectors_give_the_same_scores_as_paths()
    {
        var rows = images.Paths.Select((path, i) => new MemoryRow { ImagePath = path, Bytes = File.ReadAllBytes(path), Flat = Planes(i) }).ToList();
        var data = Context.Data.LoadFromEnumerable(rows);
        using var byPath = TestModel.Create(Context);
        using var byBytes = TestModel.Create(Context, imageColumn: "Bytes");
        using var byPixels = TestModel.Create(Context, imageColumn: "Flat");
        var expected = TestModel.Scores(byPath.Transform(data));
        TestModel.AssertSame(expected, TestModel.Scores(byBytes.Transform(data)));
        TestModel.AssertSame(expected, TestModel.Scores(byPixels.Transform(data)));
        TestModel.AssertSame(expected, TestModel.Scores(byBytes.Transform(Context.Data.Cache(data))));
        TestModel.AssertSame(expected, TestModel.Scores(byPixels.Transform(Context.Data.Cache(data))));
    }

    /// <summary>Red, green and blue plane of test image i.</summary>
    private static float[] Planes(int i)
    {
        using var image = TestImages.Create(i);
        var bgra = image.Pixels.ToArray();
        const int Area = TestImages.Size * TestImages.Size;
        return [.. Enumerable.Range(0, 3 * Area).Select(j => (float)bgra[(j % Area * 4) + 2 - (j / Area)])];
    }

    private sealed class MemoryRow
    {
        public string ImagePath { get; set; } = "";

        public byte[] Bytes { get; set; } = [];

        [VectorType(3 * TestImages.Size * TestImages.Size)]
        public float[] Flat { get; set; } = [];
    }
}
