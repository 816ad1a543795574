using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Tricks.MLNet.Persistence;

namespace Tricks.MLNet.Tests.Persistence;

/// <summary>A saved model that is not what was saved is one clear error, before anything of it is parsed.</summary>
[TestClass]
public sealed class DamagedModelTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static byte[] zip = null!;

    [ClassInitialize]
    public static void SaveModel(TestContext _)
    {
        using var model = TestModel.Create(Context);
        using var stream = new MemoryStream();
        Context.Model.Save(model, null, stream);
        zip = stream.ToArray();
    }

    [TestMethod]
    public void The_unchanged_copy_loads() => Load(Change("Manifest.json", bytes => bytes)).Dispose();

    [TestMethod]
    [DataRow("Manifest.json")]
    [DataRow("Weights.safetensors")]
    [DataRow("Sha256.bin")]
    public void A_changed_a_cut_and_a_missing_part_are_refused(string part)
    {
        for (var i = 0; i < 8; i++)
        {
            var changed = Refuse(Change(part, bytes =>
            {
                bytes[bytes.Length * i / 8] ^= 0x10;
                return bytes;
            }));
            StringAssert.Contains(changed, "does not fit its checksum");
            StringAssert.Contains(changed, "save the model again");
        }

        StringAssert.Contains(Refuse(Change(part, bytes => bytes[..^1])), "does not fit its checksum");
        StringAssert.Contains(Refuse(Change(part, _ => null)), $"its part {part} is missing");
    }

    [TestMethod]
    public void A_newer_format_says_which_and_to_update()
    {
        var message = Refuse(Rehashed(manifest => manifest["formatVersion"] = 2));
        StringAssert.Contains(message, "format version 2");
        StringAssert.Contains(message, "Update the package Tricks.MLNet");
    }

    [TestMethod]
    public void A_manifest_that_contradicts_the_weights_or_itself_says_where()
    {
        StringAssert.Contains(Refuse(Rehashed(m => m["architecture"] = "cifar_resnet14")), "Missing");
        StringAssert.Contains(Refuse(Rehashed(m => m["architecture"] = "System.Object")), "System.Object");
        StringAssert.Contains(Refuse(Rehashed(m => m["classes"]!["type"] = "System.Object")), "System.Object");
        StringAssert.Contains(Refuse(Rehashed(m => m["classes"]!["names"]!.AsArray().RemoveAt(0))), "fc.weight");
        StringAssert.Contains(Refuse(Rehashed(m => m["preprocessing"]!["cropRatio"] = 7)), "CropRatio");
        StringAssert.Contains(Refuse(Rehashed(m => m["scoringBatchSize"] = 0)), "ScoringBatchSize");
        StringAssert.Contains(Refuse(Rehashed(m => m["scoringPrecision"] = "Float8")), "scoringPrecision");
        StringAssert.Contains(Refuse(Rehashed(m => m["scoringPrecision"] = 7)), "ScoringPrecision is 7");
        StringAssert.Contains(Refuse(Rehashed(m => m["classes"] = null)), "classes");
        StringAssert.Contains(Refuse(Rehashed(m => m.Remove("columns"))), "columns");
    }

    [TestMethod]
    public void A_network_whose_factory_is_not_registered_is_named_with_the_call_that_registers_it()
    {
        var message = Refuse(Rehashed(m => m["architecture"] = "net_of_another_program"));
        StringAssert.Contains(message, "cannot be built");
        StringAssert.Contains(message, "Architecture.Custom(\"net_of_another_program\", ...)");
        Assert.IsFalse(message.Contains("damaged", StringComparison.Ordinal), message);
    }

    [TestMethod]
    public void A_refused_model_leaves_no_weights_behind()
    {
        const int Parameters = 23; // of cifar_resnet8, each counted once more by TorchSharp 0.107, for ever
        var file = Rehashed(m => m["scoringBatchSize"] = 0);
        var before = TorchSharp.torch.Tensor.TotalCount;
        Refuse(file);
        Assert.AreEqual(before + Parameters, TorchSharp.torch.Tensor.TotalCount);
    }

    private static string Refuse(byte[] file)
    {
        var error = Assert.Throws<Exception>(() => Load(file));
        // ML.NET calls every loader by reflection and wraps what it throws.
        while (error is System.Reflection.TargetInvocationException { InnerException: { } inner })
            error = inner;
        Assert.IsInstanceOfType<InvalidDataException>(error, error.ToString());
        return error.Message;
    }

    private static ImageScoringTransformer Load(byte[] file) => (ImageScoringTransformer)Context.Model.Load(new MemoryStream(file), out _);

    /// <summary>A deliberate change of the manifest, with a checksum that fits.</summary>
    private static byte[] Rehashed(Action<JsonObject> change)
    {
        var manifest = JsonNode.Parse(Part("Manifest.json"))!.AsObject();
        change(manifest);
        var payload = new ModelPayload(Encoding.UTF8.GetBytes(manifest.ToJsonString()), Part("Weights.safetensors"));
        return Change("Sha256.bin", _ => payload.Hash(), Change("Manifest.json", _ => payload.Manifest));
    }

    private static byte[] Part(string name)
    {
        byte[]? found = null;
        Change(name, bytes => found = bytes);
        return found!;
    }

    /// <summary>The model file with one part replaced, or left out for null.</summary>
    private static byte[] Change(string part, Func<byte[], byte[]?> change, byte[]? source = null)
    {
        using var target = new MemoryStream();
        var isFound = false;
        using (var from = new ZipArchive(new MemoryStream(source ?? zip)))
        using (var to = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                using var content = new MemoryStream();
                using (var read = entry.Open())
                    read.CopyTo(content);
                var isPart = entry.FullName.EndsWith(part, StringComparison.Ordinal);
                isFound |= isPart;
                if ((isPart ? change(content.ToArray()) : content.ToArray()) is not { } bytes)
                    continue;
                using var write = to.CreateEntry(entry.FullName).Open();
                write.Write(bytes);
            }
        }

        Assert.IsTrue(isFound, $"The model file has no part {part}.");
        return target.ToArray();
    }
}
