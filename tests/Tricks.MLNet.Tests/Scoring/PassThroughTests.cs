using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>Columns beside the image come out as they went in, though rows are read ahead.</summary>
[TestClass]
public sealed class PassThroughTests
{
    private const int Count = 11;
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void Numbers_texts_keys_vectors_times_and_images_pass_through_a_batch()
    {
        using var images = TestImages.WriteFiles(Count);
        using var model = TestModel.Create(Context, batchSize: 4);
        var rows = Enumerable.Range(0, Count).Select(i => new WideRow(images.Paths[i], i)).ToList();
        var scored = model.Transform(Context.Data.LoadFromEnumerable(rows));
        var back = Context.Data.CreateEnumerable<WideRow>(scored, reuseRowObject: false).ToList();
        Assert.HasCount(Count, back);
        for (var i = 0; i < Count; i++)
        {
            Assert.AreEqual(rows[i].ImagePath, back[i].ImagePath);
            Assert.AreEqual(rows[i].Real, back[i].Real);
            Assert.AreEqual(rows[i].Text, back[i].Text);
            Assert.AreEqual(rows[i].Flag, back[i].Flag);
            Assert.AreEqual(rows[i].Time, back[i].Time);
            CollectionAssert.AreEqual(rows[i].Vector, back[i].Vector);
            CollectionAssert.AreEqual(rows[i].Words, back[i].Words);
        }
    }

    [TestMethod]
    public void Images_pass_through_with_their_own_pixels_and_live_on_after_the_cursor()
    {
        using var files = TestImages.WriteFiles(Count);
        using var model = TestModel.Create(Context, imageColumn: "Image", batchSize: 4);
        var loaded = Context.Transforms.LoadImages("Image", imageFolder: "", "ImagePath").Fit(Empty()).Transform(TestModel.Paths(Context, files.Paths));
        var handedOut = Images(model.Transform(loaded));
        for (var i = 0; i < Count; i++)
        {
            using var expected = TestImages.Create(i);
            CollectionAssert.AreEqual(expected.Pixels.ToArray(), handedOut[i].Pixels.ToArray());
            Assert.AreEqual(files.Paths[i], handedOut[i].Tag);
            handedOut[i].Dispose();
        }
    }

    [TestMethod]
    public void In_memory_images_of_the_user_are_neither_disposed_nor_handed_on()
    {
        using var model = TestModel.Create(Context, imageColumn: "Image", batchSize: 4);
        var images = Enumerable.Range(0, Count).Select(i => TestImages.Create(i)).ToList();
        var data = Context.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image }).ToList());
        var rows = Context.Data.CreateEnumerable<ScoredImage>(model.Transform(data), reuseRowObject: false).ToList();
        for (var i = 0; i < Count; i++)
        {
            Assert.AreNotSame(images[i], rows[i].Image);
            Assert.AreEqual(TestImages.Size, images[i].Width); // throws once disposed
            images[i].Dispose();
        }
    }

    [TestMethod]
    public void A_column_of_an_unknown_type_passes_through_without_read_ahead()
    {
        using var files = TestImages.WriteFiles(5);
        using var model = TestModel.Create(Context, batchSize: 4);
        var view = new ExoticDataView(TestModel.Paths(Context, files.Paths));
        var scored = model.Transform(view);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var exotic = cursor.GetGetter<object>(cursor.Schema["Exotic"]);
        var score = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
        var (value, scores, position) = (new object(), default(VBuffer<float>), 0L);
        for (; cursor.MoveNext(); position++)
        {
            exotic(ref value);
            score(ref scores);
            Assert.AreEqual(position.ToString(CultureInfo.InvariantCulture), value);
            Assert.AreEqual(1, scores.DenseValues().Sum(), 1e-5);
        }

        Assert.AreEqual(5, position);
    }

    /// <summary>The images of all rows, read while the scores are active, so that the cursor is a batched one.</summary>
    private static List<MLImage> Images(IDataView scored)
    {
        using var cursor = scored.GetRowCursor(scored.Schema);
        var getter = cursor.GetGetter<MLImage>(cursor.Schema["Image"]);
        List<MLImage> images = [];
        while (cursor.MoveNext())
        {
            MLImage image = null!; // each row's is mine to keep
            getter(ref image);
            images.Add(image);
        }

        return images;
    }

    private static IDataView Empty() => TestModel.Paths(Context, []);

    private sealed class WideRow
    {
        public WideRow()
        {
        }

        public WideRow(string path, int i)
        {
            (ImagePath, Real, Text, Flag) = (path, i / 3.0, FormattableString.Invariant($"row {i}"), i % 2 == 0);
            Time = new DateTime(2020, 1, 1).AddHours(i);
            (Vector, Words) = ([i, i + 1, 0, 0, 0, i], ["a", Text]);
        }

        public string ImagePath { get; set; } = "";

        public double Real { get; set; }

        public string Text { get; set; } = "";

        public bool Flag { get; set; }

        public DateTime Time { get; set; }

        public float[] Vector { get; set; } = [];

        public string[] Words { get; set; } = [];
    }
}

internal sealed class ImageRow
{
    [ImageType(TestImages.Size, TestImages.Size)]
    public MLImage? Image { get; set; }
}

internal sealed class ScoredImage
{
    [ImageType(TestImages.Size, TestImages.Size)]
    public MLImage? Image { get; set; }

    public float[] Score { get; set; } = [];
}
