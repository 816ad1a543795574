using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public sealed class Cifar10FileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-cifar-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_five_training_files_are_read_in_their_order_and_planes_become_pixels()
    {
        for (byte i = 1; i <= 5; i++)
            Write($"data_batch_{i}.bin", Record(label: i, red: (byte)(10 * i)));
        Write("test_batch.bin", [.. Record(9, 1), .. Record(0, 2)]);

        var train = Cifar10File.Read(_folder);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5 }, train.Labels.ToArray());
        CollectionAssert.AreEqual(new byte[] { 30, 31, 32 }, train.Image(2).Values[..3]);
        CollectionAssert.AreEqual(new byte[] { 30, 31, 32 }, train.Image(2).Values[^3..]);
        Assert.AreEqual("cat", train.Label(2));

        var test = Cifar10File.Read(_folder, train: false);
        Assert.AreEqual((32, 32, 3, 2), (test.Width, test.Height, test.Channels, test.Count));
        CollectionAssert.AreEqual(new[] { "truck", "airplane" }, new[] { test.Label(0), test.Label(1) });
    }

    [TestMethod]
    public void Class_names_come_from_the_meta_file_where_there_is_one()
    {
        Write("test_batch.bin", Record(2, 0));
        File.WriteAllText(Path.Combine(_folder, "batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        Assert.AreEqual("c", Cifar10File.Read(_folder, train: false).Label(0));
        File.WriteAllText(Path.Combine(_folder, "batches.meta.txt"), "a\nb\n");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Cifar10File.Read(_folder, train: false)).Message, "ten");
    }

    [TestMethod]
    public void Missing_cut_and_mislabelled_files_are_refused_by_name()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => Cifar10File.Read(Path.Combine(_folder, "none"))).Message, "none");
        Write("data_batch_1.bin", Record(0, 0));
        StringAssert.Contains(
            Assert.ThrowsExactly<FileNotFoundException>(() => Cifar10File.Read(_folder)).Message, "lacks data_batch_2.bin, data_batch_3.bin");

        Write("test_batch.bin", Record(0, 0)[..^1]);
        var cut = Assert.ThrowsExactly<InvalidDataException>(() => Cifar10File.Read(_folder, train: false));
        StringAssert.Contains(cut.Message, "test_batch.bin");
        StringAssert.Contains(cut.Message, "3072 bytes");

        Write("test_batch.bin", [.. Record(0, 0), .. Record(10, 0)]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Cifar10File.Read(_folder, train: false)).Message, "Record 1");
    }

    private static byte[] Record(byte label, byte red) =>
        [label, .. Enumerable.Repeat(red, 1024), .. Enumerable.Repeat((byte)(red + 1), 1024), .. Enumerable.Repeat((byte)(red + 2), 1024)];

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes);
}
