using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Tests.Images;

/// <summary>Every mistake with an image column has a message that names the column or row, and what to do.</summary>
[TestClass]
public sealed class ImageColumnTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void A_missing_column_lists_the_columns_that_are_there()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ImageColumn.Of(TestModel.Paths(Context, []).Schema, "Photo"));
        foreach (var part in new[] { "'Photo'", "ImagePath, Number", "ImageColumnName" })
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void A_wrong_type_lists_what_is_allowed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ImageColumn.Of(TestModel.Paths(Context, []).Schema, "Number"));
        foreach (var part in new[] { "'Number'", "Int32", "LoadImages", "LoadRawImageBytes", "path", "ExtractPixels" })
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void A_vector_of_no_image_shape_is_refused_before_any_row()
    {
        var data = Context.Data.LoadFromEnumerable([new OddRow()]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => ImageColumn.Of(data.Schema, "Pixels"));
        StringAssert.Contains(error.Message, "'Pixels'");
        StringAssert.Contains(error.Message, "3*s*s");
    }

    [TestMethod]
    public void The_shape_of_a_schema_is_checked_alike()
    {
        var shape = SchemaShapeColumn.Of(TestModel.Paths(Context, []).Schema);
        ImageColumn.Check(shape, "ImagePath");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ImageColumn.Check(shape, "Photo")).Message, "ImagePath, Number");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ImageColumn.Check(shape, "Number")).Message, "LoadImages");
    }

    [TestMethod]
    public void An_empty_path_a_null_image_and_zero_bytes_name_the_row()
    {
        using var first = TestImages.Create(0);
        var rows = new[]
        {
            new AllKindsRow { Path = "x.png", Bytes = [1], Image = first, Pixels = new float[12] },
            new AllKindsRow { Pixels = [1, 2, 3, 4, 5] },
        };
        var data = Context.Data.LoadFromEnumerable(rows);
        AssertSecondRowIs("Row 1 of column 'Path': the path is empty.", data);
        AssertSecondRowIs("Row 1 of column 'Bytes': the image has zero bytes.", data);
        AssertSecondRowIs("Row 1 of column 'Image': the image is null.", data);
        AssertSecondRowIs("Row 1 of column 'Pixels': 5 pixel values are no image.", data);
    }

    [TestMethod]
    public void A_kept_value_survives_the_next_row()
    {
        var images = Enumerable.Range(0, 3).Select(i => TestImages.Create(i)).ToList();
        var data = Context.Data.LoadFromEnumerable(images.Select(image => new ImageOnlyRow { Image = image }).ToList());
        var kept = Read(data, "Image");
        for (var i = 0; i < 3; i++)
        {
            var expected = MLImagePixels.Copy(images[i])!.Values;
            images[i].Dispose();
            CollectionAssert.AreEqual(expected, kept[i].Decode(new ImageDecoder(), channels: 3).Values);
        }
    }

    private static void AssertSecondRowIs(string message, IDataView data)
    {
        var column = message.Split('\'')[1];
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => Read(data, column)[1].Decode(new ImageDecoder(), channels: 3));
        StringAssert.Contains(error.Message, message);
    }

    private static List<RawImage> Read(IDataView data, string name)
    {
        var column = ImageColumn.Of(data.Schema, name);
        using var cursor = data.GetRowCursor([column.Column]);
        var getter = column.GetGetter(cursor);
        List<RawImage> images = [];
        while (cursor.MoveNext())
            images.Add(getter());
        return images;
    }

    private sealed class OddRow
    {
        [VectorType(7)]
        public float[] Pixels { get; set; } = new float[7];
    }

    private sealed class ImageOnlyRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(TestImages.Size, TestImages.Size)]
        public MLImage? Image { get; set; }
    }

    private sealed class AllKindsRow
    {
        public string Path { get; set; } = "";

        public byte[] Bytes { get; set; } = [];

        [Microsoft.ML.Transforms.Image.ImageType(TestImages.Size, TestImages.Size)]
        public MLImage? Image { get; set; }

        public float[] Pixels { get; set; } = [];
    }
}
