using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public sealed class ImageFolderTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("tricks-folder-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void Classes_and_files_are_sorted_and_every_extension_is_read_in_any_case()
    {
        Touch("dog/b.jpeg", "dog/B.PNG", "dog/sub/a.gif", "cat/2.Jpg", "cat/1.bmp", "cat/3.webp");
        var folder = ImageFolder.Read(_root);
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, folder.ClassNames.ToArray());
        CollectionAssert.AreEqual(
            new[] { "cat/1.bmp", "cat/2.Jpg", "cat/3.webp", "dog/B.PNG", "dog/b.jpeg", "dog/sub/a.gif" },
            folder.Files.Select(file => Path.GetRelativePath(_root, file.Path).Replace('\\', '/')).ToArray());
        Assert.AreEqual(3, folder.Files.Count(file => file.Label == "dog"));
    }

    [TestMethod]
    public void Hidden_files_system_files_and_companions_are_left_out()
    {
        Touch("cat/1.png", "dog/1.png", "cat/.2.png", "cat/.hidden/3.png", ".git/4.png", "cat/Thumbs.db", "dog/desktop.ini", "README.md", "cat/labels.CSV");
        Assert.HasCount(2, ImageFolder.Read(_root).Files);
    }

    [TestMethod]
    public void A_missing_and_an_empty_folder_and_a_single_class_are_refused()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => ImageFolder.Read(Path.Combine(_root, "none"))).Message, "none");
        StringAssert.Contains(Refusal(), "0 sub-folder(s)");
        Touch("cat/1.png");
        StringAssert.Contains(Refusal(), "1 sub-folder(s); a classifier needs at least two");
    }

    [TestMethod]
    public void Everything_that_is_wrong_stands_in_one_message()
    {
        Touch("cat/1.png", "cat/2.heic", "dog/readme.txt", "astray.jpg");
        Directory.CreateDirectory(Path.Combine(_root, "owl"));
        var message = Refusal();
        foreach (var part in new[] { "without an image: dog, owl.", "outside every class folder: astray.jpg.", "not read: " + Path.Combine("cat", "2.heic"), "Convert" })
            StringAssert.Contains(message, part);
    }

    [TestMethod]
    public void Of_many_files_that_are_not_read_ten_are_named_and_the_rest_counted()
    {
        Touch("cat/1.png", "dog/1.png");
        Touch([.. Enumerable.Range(0, 25).Select(i => $"cat/{i:D2}.tif")]);
        var message = Refusal();
        StringAssert.Contains(message, "09.tif, and 15 more");
        Assert.IsFalse(message.Contains("10.tif", StringComparison.Ordinal));
    }

    private string Refusal() => Assert.ThrowsExactly<InvalidDataException>(() => ImageFolder.Read(_root)).Message;

    private void Touch(params string[] files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(_root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
