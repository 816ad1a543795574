using System.Security.Cryptography;
using Tricks.Torch.Models;
using Tricks.Torch.Weights;
using static Tricks.Torch.Tests.Weights.FaultyServer;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Against a server on loopback: the file is complete and verified, or absent.</summary>
[TestClass]
public sealed class WeightsDownloadTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31 >> 3))];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly string _cache = WeightsFixture.NewFolder();

    private DownloadOptions Options => new() { CacheFolder = _cache, RetryDelay = TimeSpan.Zero, Offline = false };

    [TestMethod]
    public async Task A_file_arrives_with_progress_and_is_kept()
    {
        using var server = new FaultyServer(Whole());
        List<DownloadProgress> seen = [];
        var url = server.Url($"net-{Hash[..8]}.pth");

        var path = await WeightsDownload.GetAsync(url, null, Options with { Progress = new Seen(seen) });
        var again = await WeightsDownload.GetAsync(url, Hash, Options with { Offline = true });

        AssertKept(path);
        Assert.AreEqual(path, again);
        Assert.HasCount(1, server.Requests);
        Assert.AreEqual(new DownloadProgress($"net-{Hash[..8]}.pth", Content.Length, Content.Length), seen[^1]);
    }

    [TestMethod]
    public async Task Another_hash_leaves_nothing()
    {
        using var server = new FaultyServer(Whole());

        var fault = await Assert.ThrowsExactlyAsync<WeightsDownloadException>(() => WeightsDownload.GetAsync(server.Url("net.pth"), new string('0', 64), Options));

        Assert.Contains(Hash, fault.Message);
        Assert.IsEmpty(Files());
    }

    [TestMethod]
    public async Task A_cut_connection_is_continued_where_it_was_cut()
    {
        using var server = new FaultyServer(
            Answer("200 OK", Content[..70_000], $"Content-Length: {Content.Length}", "ETag: \"v1\""),
            Answer("206 Partial Content", Content[70_000..], $"Content-Length: {Content.Length - 70_000}", $"Content-Range: bytes 70000-{Content.Length - 1}/{Content.Length}"));

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));

        Assert.Contains("Range: bytes=70000-", server.Requests[1]);
        Assert.Contains("If-Range: \"v1\"", server.Requests[1]);
    }

    [TestMethod]
    public async Task The_next_call_continues_too()
    {
        using var server = new FaultyServer(
            Answer("200 OK", Content[..70_000], $"Content-Length: {Content.Length}", "Last-Modified: Tue, 01 Sep 2026 10:00:00 GMT"),
            Answer("206 Partial Content", Content[70_000..], $"Content-Range: bytes 70000-{Content.Length - 1}/{Content.Length}"));
        var url = server.Url("net.pth");

        await Assert.ThrowsExactlyAsync<WeightsDownloadException>(() => WeightsDownload.GetAsync(url, Hash, Options with { Attempts = 1 }));
        Assert.IsFalse(File.Exists(WeightsDownload.CachePath(new Uri(url), Options)));

        AssertKept(await WeightsDownload.GetAsync(url, Hash, Options));
        Assert.Contains("If-Range: Tue, 01 Sep 2026 10:00:00 GMT", server.Requests[1]);
    }

    [TestMethod]
    public async Task A_server_that_ignores_the_range_or_has_a_new_file_begins_anew()
    {
        using var server = new FaultyServer(
            Answer("200 OK", new byte[70_000], $"Content-Length: {Content.Length}", "ETag: \"old\""),
            Whole());

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));
    }

    [TestMethod]
    public async Task A_range_from_elsewhere_is_not_used()
    {
        using var server = new FaultyServer(
            Answer("200 OK", Content[..70_000], $"Content-Length: {Content.Length}", "ETag: \"v1\""),
            Answer("206 Partial Content", Content[60_000..], $"Content-Range: bytes 60000-{Content.Length - 1}/{Content.Length}"),
            Whole());

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));
        Assert.DoesNotContain("Range:", server.Requests[2]);
    }

    [TestMethod]
    public async Task Without_a_word_for_its_version_a_part_is_not_continued()
    {
        using var server = new FaultyServer(Answer("200 OK", Content[..70_000], $"Content-Length: {Content.Length}"), Whole());

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));
        Assert.DoesNotContain("Range:", server.Requests[1]);
    }

    [TestMethod]
    public async Task Status_404_is_told_at_once()
    {
        using var server = new FaultyServer(Answer("404 Not Found", [], "Content-Length: 0"));

        var fault = await Assert.ThrowsExactlyAsync<WeightsDownloadException>(() => WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));

        Assert.Contains("404", fault.Message);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public async Task Status_503_is_tried_again()
    {
        using var server = new FaultyServer(Answer("503 Service Unavailable", [], "Content-Length: 0"), Whole());

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options));
    }

    [TestMethod]
    public async Task Silence_ends_and_the_download_goes_on()
    {
        using var server = new FaultyServer(
            Silent("200 OK", Content[..70_000], $"Content-Length: {Content.Length}", "ETag: \"v1\""));

        var fault = await Assert.ThrowsExactlyAsync<WeightsDownloadException>(
            () => WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options with { Attempts = 1, Timeout = TimeSpan.FromMilliseconds(300) }));

        Assert.Contains("No byte arrived for 0.3 s", fault.Message);
    }

    [TestMethod]
    public async Task A_slow_server_may_take_longer_than_the_wait_for_one_byte()
    {
        const int Pieces = 7;
        using var server = new FaultyServer(async (request, stream, end) =>
        {
            await Answer("200 OK", [], $"Content-Length: {Content.Length}")(request, stream, end);
            foreach (var piece in Content.Chunk((Content.Length + Pieces - 1) / Pieces))
            {
                await Task.Delay(500, end);
                await stream.WriteAsync(piece, end);
            }
        });

        AssertKept(await WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options with { Attempts = 1, Timeout = TimeSpan.FromSeconds(3) }));
    }

    [TestMethod]
    public async Task A_body_of_another_length_than_said_is_no_file()
    {
        using var server = new FaultyServer(
            Answer("200 OK", Content, $"Content-Length: {Content.Length + 5}"),
            Answer("200 OK", Content, $"Content-Length: {Content.Length - 5}"));

        await Assert.ThrowsExactlyAsync<WeightsDownloadException>(() => WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options with { Attempts = 2 }));

        Assert.IsEmpty(Files());
    }

    [TestMethod]
    public async Task More_than_the_allowed_bytes_are_refused_before_they_come()
    {
        using var server = new FaultyServer(Whole());

        Assert.Contains("MaximumBytes", (await Assert.ThrowsExactlyAsync<WeightsDownloadException>(
            () => WeightsDownload.GetAsync(server.Url("net.pth"), Hash, Options with { MaximumBytes = 1000 }))).Message);
    }

    [TestMethod]
    public async Task A_kept_file_that_was_damaged_is_fetched_again()
    {
        using var server = new FaultyServer(Whole(), Whole());
        var url = server.Url("net.pth");
        var path = await WeightsDownload.GetAsync(url, Hash, Options);
        await File.WriteAllTextAsync(path, "damaged");

        AssertKept(await WeightsDownload.GetAsync(url, Hash, Options));
    }

    [TestMethod]
    public async Task Offline_names_the_place_for_the_file()
    {
        var url = $"https://example.invalid/net-{Hash[..8]}.pth";

        var fault = await Assert.ThrowsExactlyAsync<WeightsDownloadException>(() => WeightsDownload.GetAsync(url, null, Options with { Offline = true }));

        Assert.Contains(WeightsDownload.CachePath(new Uri(url), Options), fault.Message);
    }

    [TestMethod]
    public void Weights_of_an_address_are_loaded_and_then_had_without_it()
    {
        var tiny = Architecture.CifarResNet(8);
        using var trained = tiny.Build(7);
        XavierInitialisation.Apply(trained, seed: 9);
        using var file = new MemoryStream();
        Safetensors.Write(file, StateDict.Of(trained));
        using var server = new FaultyServer(Answer("200 OK", file.ToArray(), $"Content-Length: {file.Length}"));
        var weights = InitialWeights.WeightsUrl(server.Url("net.safetensors"), Convert.ToHexString(SHA256.HashData(file.ToArray())), Options);

        foreach (var seed in new[] { 1, 2 })
        {
            using var fresh = tiny.Build(7);
            XavierInitialisation.Apply(fresh, seed);
            var report = weights.LoadInto(fresh, tiny, classes: 7);
            Assert.AreEqual(StateDict.Of(fresh).Count, report.Loaded);
            foreach (var (expected, actual) in StateDict.Of(trained).Zip(StateDict.Of(fresh)))
                Assert.IsTrue(expected.Tensor.equal(actual.Tensor).all().item<bool>(), expected.Name);
        }

        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public void Progress_is_a_line_for_every_tenth()
    {
        using var lines = new StringWriter();
        var progress = new ConsoleDownloadProgress(lines);
        for (var bytes = 0L; bytes <= 5_000_000; bytes += 250_000)
            progress.Report(new DownloadProgress("net.pth", bytes, 5_000_000));
        progress.Report(new DownloadProgress("other.pth", 12_300_000, null));

        var written = lines.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.HasCount(12, written);
        Assert.AreEqual("net.pth: 0.5 of 5.0 MB", written[1]);
        Assert.AreEqual("net.pth: 5.0 of 5.0 MB", written[10]);
        Assert.AreEqual("other.pth: 12.3 MB", written[11]);
    }

    [TestMethod]
    [DataRow("ftp://a/b.pth", null, "http or https")]
    [DataRow("https://a/b.pth", null, "no SHA-256 digits")]
    [DataRow("https://a/b.pth", "xyz", "8 to 64")]
    [DataRow("https://a/b-1234.pth", null, "no SHA-256 digits")]
    public void What_is_wrong_is_known_before_anything_is_sent(string url, string? sha256, string reason) =>
        Assert.Contains(reason, string.Join(" ", InitialWeights.WeightsUrl(url, sha256).Faults()));

    [TestMethod]
    public void Published_names_have_addresses_with_digits_and_an_architecture()
    {
        foreach (var name in InitialWeights.PretrainedNames)
        {
            Assert.IsEmpty(InitialWeights.Pretrained(name).Faults(), name);
            Architecture.Parse(PretrainedModel.Find(name)!.Architecture);
        }

        Assert.AreEqual("resnet50.tv_in1k", PretrainedModel.Find("resnet50")!.Name);
        Assert.Contains("resnet50d.ra2_in1k", Assert.ThrowsExactly<ArgumentException>(() => InitialWeights.Pretrained("resnet51")).Message);
    }

    private static Func<string, Stream, CancellationToken, Task> Whole() => Answer("200 OK", Content, $"Content-Length: {Content.Length}", "ETag: \"v2\"");

    private static void AssertKept(string path)
    {
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!), "Nothing else is left.");
    }

    private string[] Files() => Directory.GetFiles(_cache, "*", SearchOption.AllDirectories);

    private sealed class Seen(List<DownloadProgress> list) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => list.Add(value);
    }
}
