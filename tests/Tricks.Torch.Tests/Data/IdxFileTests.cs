using System.IO.Compression;
using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public sealed class IdxFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-idx-").FullName;

    // Two images of one row and two pixels, and their labels.
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0];

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Images_and_labels_are_read_in_the_order_of_the_file()
    {
        var set = Read(Images, Labels);
        Assert.AreEqual((2, 1, 1, 2), (set.Width, set.Height, set.Channels, set.Count));
        CollectionAssert.AreEqual(new byte[] { 30, 40 }, set.Image(1).Values);
        CollectionAssert.AreEqual(new byte[] { 1, 0 }, set.Labels.ToArray());
        Assert.AreEqual("1", set.Label(0));
    }

    [TestMethod]
    public void A_gzipped_file_is_known_by_its_content()
    {
        CollectionAssert.AreEqual(new byte[] { 10, 20 }, Read(Gzip(Images), Gzip(Labels)).Image(0).Values);
        var cut = Gzip(Images);
        AssertRefused(Images.AsSpan(0, 10).ToArray(), Labels, "fewer than the header");
        AssertRefused([0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Labels, "cannot be decompressed");
        Assert.ThrowsExactly<InvalidDataException>(() => Read(cut[..(cut.Length / 2)], Labels));
    }

    [TestMethod]
    public void A_wrong_magic_number_a_cut_file_and_a_longer_one_are_refused_by_name()
    {
        AssertRefused(Labels, Labels, "'" + Path.Combine(_folder, "images") + "'", "header");
        AssertRefused(Images, Images, "'" + Path.Combine(_folder, "labels") + "'", "0x00000803, not 0x00000801", "swapped");
        AssertRefused(Images[..^1], Labels, "should have 4 bytes", "has 3");
        AssertRefused([.. Images, 0], Labels, "should have 4 bytes", "has 5");
        AssertRefused([], Labels, "0 bytes");
    }

    [TestMethod]
    public void Sizes_that_would_overflow_are_refused_without_asking_for_memory()
    {
        AssertRefused([0, 0, 8, 3, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 1], Labels, "cut off or damaged");
        AssertRefused([0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0, 1], Labels, "dimension 0");
        AssertRefused([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], Labels, "dimension 1");
    }

    [TestMethod]
    public void Counts_that_differ_and_labels_without_a_name_are_refused()
    {
        AssertRefused(Images, [0, 0, 8, 1, 0, 0, 0, 1, 0], "2 images", "1 labels", "same set");
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(Images, Labels, ["only one"]));
        StringAssert.Contains(error.Message, "the label 1, but only 1 class names");
    }

    private void AssertRefused(byte[] images, byte[] labels, params string[] parts)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(images, labels));
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    private PixelDataSet Read(byte[] images, byte[] labels, IReadOnlyList<string>? classNames = null)
    {
        var (imagesPath, labelsPath) = (Path.Combine(_folder, "images"), Path.Combine(_folder, "labels"));
        File.WriteAllBytes(imagesPath, images);
        File.WriteAllBytes(labelsPath, labels);
        return IdxFile.Read(imagesPath, labelsPath, classNames);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return target.ToArray();
    }
}
