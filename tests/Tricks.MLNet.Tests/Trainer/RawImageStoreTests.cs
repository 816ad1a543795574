using Tricks.MLNet.Images;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Tests.Trainer;

[TestClass]
public sealed class RawImageStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tricks-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0L, 400L)]
    [DataRow(40L, 360L)]
    [DataRow(400L, 0L)]
    public void What_does_not_fit_goes_to_a_file_and_comes_back_unchanged(long limitBytes, long spilled)
    {
        using (var store = new RawImageStore(new ImageDecoder(), channels: 1, new MemoryBudget(limitBytes), _folder))
        {
            for (var i = 0; i < 10; i++)
                store.Add(new PixelImage($"row {i}", new ImagePixels(8, 5, 1, [.. Enumerable.Repeat((byte)i, 40)])));
            Assert.AreEqual(spilled, store.SpilledBytes);
            if (!OperatingSystem.IsWindows())
                Assert.IsEmpty(Directory.EnumerateFiles(_folder)); // the file has lost its name: nothing stays after a crash
            Parallel.For(0, 100, i =>
            {
                var image = store.Read(i % 10);
                Assert.AreEqual((8, 5), (image.Width, image.Height));
                Assert.IsTrue(image.Values.All(v => v == i % 10));
            });
            Assert.AreEqual("row 9", store.NameOf(9));
        }

        Assert.IsEmpty(Directory.EnumerateFiles(_folder)); // nothing of the user's images is left on the disk
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_is_named_with_the_ways_out()
    {
        using var store = new RawImageStore(new ImageDecoder(), channels: 1, new MemoryBudget(0), Path.Combine(_folder, "missing"));
        var error = Assert.ThrowsExactly<IOException>(
            () => store.Add(new PixelImage("row 0", new ImagePixels(1, 1, 1, [7]))));
        StringAssert.Contains(error.Message, "missing");
        StringAssert.Contains(error.Message, "CacheBytes");
        StringAssert.Contains(error.Message, "TempFilePath");
    }
}
