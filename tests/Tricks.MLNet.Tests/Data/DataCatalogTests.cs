using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Tests.Data;

/// <summary>Data sets on disk as data views.</summary>
[TestClass]
public sealed class DataCatalogTests
{
    private static readonly MLContext Context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-data-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void An_image_folder_gives_sorted_paths_and_the_names_of_the_sub_folders()
    {
        foreach (var file in new[] { "owl/b.png", "owl/a.JPG", "cat/z.webp", "cat/deep/y.gif", "cat/notes.txt", "owl/.hidden.png" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, Path.GetDirectoryName(file)!));
            File.WriteAllText(Path.Combine(_folder, file), "");
        }

        var data = Context.Data.LoadFromImageFolder(_folder);
        CollectionAssert.AreEqual(
            new[] { "cat/deep/y.gif", "cat/z.webp", "owl/a.JPG", "owl/b.png" },
            data.GetColumn<string>("ImagePath").Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/')).ToArray());
        CollectionAssert.AreEqual(new[] { "cat", "cat", "owl", "owl" }, data.GetColumn<string>("Label").ToArray());
        Assert.AreEqual(4, data.GetRowCount());
    }

    [TestMethod]
    public void Idx_files_give_images_and_labels_plain_and_gzipped()
    {
        var (images, labels) = WriteIdx(count: 3);
        foreach (var zip in new[] { false, true })
        {
            var data = Context.Data.LoadFromIdx(zip ? Gzip(images) : images, zip ? Gzip(labels) : labels);
            CollectionAssert.AreEqual(new[] { "0", "1", "2" }, data.GetColumn<string>("Label").ToArray());
            var rows = Context.Data.CreateEnumerable<IdxRow>(data, reuseRowObject: false).ToList();
            CollectionAssert.AreEqual(new byte[] { 40, 40, 40, 255 }, rows[2].Image!.Pixels[..4].ToArray());
            CollectionAssert.AreEqual(new byte[] { 45, 45, 45, 255 }, rows[2].Image!.Pixels[^4..].ToArray());
            Assert.AreEqual("2", rows[2].Label);
        }

        CollectionAssert.AreEqual(
            new[] { "T-shirt", "Trouser", "Pullover" },
            Context.Data.LoadFromIdx(images, labels, ["T-shirt", "Trouser", "Pullover"]).GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    public void Shuffled_rows_keep_image_and_label_together_and_the_order_follows_the_seed()
    {
        var (images, labels) = WriteIdx(count: 50);
        var data = Context.Data.LoadFromIdx(images, labels);
        Assert.IsTrue(data.CanShuffle);
        List<string> Labels(int seed)
        {
            // ML.NET's ShuffleRows would drop the image column; trainers shuffle the cursor itself.
            using var cursor = data.GetRowCursor(data.Schema, new Random(seed));
            var image = cursor.GetGetter<MLImage?>(cursor.Schema["Image"]);
            var label = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Label"]);
            var (pixels, name, names) = (default(MLImage), default(ReadOnlyMemory<char>), new List<string>());
            while (cursor.MoveNext())
            {
                image(ref pixels);
                label(ref name);
                names.Add(name.ToString());
                Assert.AreEqual((byte)(20 * int.Parse(names[^1], null)), pixels!.Pixels[0]);
            }

            pixels!.Dispose();
            return names;
        }

        CollectionAssert.AreEqual(Labels(1), Labels(1));
        CollectionAssert.AreNotEqual(Labels(1), Labels(2));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).Select(i => i.ToString(null, null)).ToList(), Labels(1));
    }

    [TestMethod]
    public void Cifar10_gives_images_of_32_by_32_and_the_usual_class_names()
    {
        var record = new byte[3073];
        record[0] = 8; // ship
        record.AsSpan(1, 1024).Fill(10);
        record.AsSpan(1025, 1024).Fill(20);
        record.AsSpan(2049, 1024).Fill(30);
        File.WriteAllBytes(Path.Combine(_folder, "test_batch.bin"), record);
        var data = Context.Data.LoadFromCifar10(_folder, train: false);
        var row = Context.Data.CreateEnumerable<CifarRow>(data, reuseRowObject: false).Single();
        Assert.AreEqual("ship", row.Label);
        CollectionAssert.AreEqual(new byte[] { 30, 20, 10, 255 }, row.Image!.Pixels[^4..].ToArray());
    }

    [TestMethod]
    public void A_model_scores_images_that_were_never_files()
    {
        var (images, labels) = WriteIdx(count: 5);
        using var model = TestModel.Create(Context, imageColumn: "Image", channels: 1, batchSize: 2);
        var scores = TestModel.Scores(model.Transform(Context.Data.LoadFromIdx(images, labels)));
        Assert.HasCount(5, scores);
        Assert.IsTrue(scores.All(row => MathF.Abs(row.Sum() - 1) < 1e-5f));
    }

    /// <summary>Images of 2 x 3 pixels, image i of the values 20i, 20i + 1, ...; label i.</summary>
    private (string Images, string Labels) WriteIdx(byte count)
    {
        var (images, labels) = (Path.Combine(_folder, "images"), Path.Combine(_folder, "labels"));
        var pixels = Enumerable.Range(0, count).SelectMany(i => Enumerable.Range(0, 6).Select(j => (byte)((20 * i) + j)));
        File.WriteAllBytes(images, [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 3, .. pixels]);
        File.WriteAllBytes(labels, [0, 0, 8, 1, 0, 0, 0, count, .. Enumerable.Range(0, count).Select(i => (byte)i)]);
        return (images, labels);
    }

    private static string Gzip(string path)
    {
        using var target = File.Create(path + ".gz");
        using var gzip = new GZipStream(target, CompressionLevel.Fastest);
        gzip.Write(File.ReadAllBytes(path));
        return path + ".gz";
    }

    private sealed class IdxRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(2, 3)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class CifarRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(32, 32)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }
}
