using System.Globalization;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Tests.Weights;

/// <summary>Damaged files give content or the format's one exception, leave no tensor, take no memory that the file has not.</summary>
/// <remarks>The environment variable TRICKS_MUTATIONS sets how many mutations of each file are tried; docs/weights.md has the figures.</remarks>
[TestClass]
public sealed class HostileFileTests
{
    private const long MostBytesPerFile = 4_000_000;

    public required TestContext TestContext { get; init; }

    private static int Mutations =>
        int.Parse(Environment.GetEnvironmentVariable("TRICKS_MUTATIONS") ?? "10000", CultureInfo.InvariantCulture);

    [TestMethod]
    [DataRow("safetensors")]
    [DataRow("pth")]
    [DataRow("module")]
    [DataRow("legacy")]
    public void Every_truncation_is_refused(string format)
    {
        TorchBackend.EnsureLoaded();
        var file = File(format);
        TensorLeaks.AssertNone(() =>
        {
            for (var length = 0; length < file.Length; length++)
                Assert.IsNotNull(Fault(format, file[..length]), $"{length} of {file.Length} bytes were read as if they were all.");
        });
    }

    [TestMethod]
    [DataRow("safetensors")]
    [DataRow("pth")]
    [DataRow("module")]
    [DataRow("legacy")]
    public void Random_mutations_give_content_or_one_exception(string format)
    {
        TorchBackend.EnsureLoaded();
        var (file, refused, most) = (File(format), 0, 0L);
        TensorLeaks.AssertNone(() =>
        {
            refused = 0;
            for (var i = 0; i < Mutations; i++)
            {
                var mutant = Mutant(file, SeededRandom.For(20, RandomPurpose.Initialisation, i));
                var before = GC.GetAllocatedBytesForCurrentThread();
                refused += Fault(format, mutant) is null ? 0 : 1;
                most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });

        TestContext.WriteLine($"{format}: {Mutations} mutations of {file.Length} bytes, {refused} refused, {Mutations - refused} read; at most {most} bytes allocated for one.");
        Assert.IsGreaterThan(0, refused);
        Assert.IsLessThan(MostBytesPerFile, most);
    }

    /// <summary>One to eight changes: a byte, a bit, a cut, a repeated stretch, a stretch of one value.</summary>
    private static byte[] Mutant(byte[] file, SeededRandom random)
    {
        List<byte> mutant = [.. file];
        for (var change = random.NextInt32(8); change >= 0 && mutant.Count > 0; change--)
        {
            var at = random.NextInt32(mutant.Count);
            var length = Math.Min(1 + random.NextInt32(16), mutant.Count - at);
            switch (random.NextInt32(6))
            {
                case 0:
                    mutant[at] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    mutant[at] ^= (byte)(1 << random.NextInt32(8));
                    break;
                case 2:
                    mutant.RemoveRange(at, length);
                    break;
                case 3:
                    mutant.InsertRange(random.NextInt32(mutant.Count), mutant.GetRange(at, length));
                    break;
                case 4:
                    var value = random.NextInt32(2) == 0 ? (byte)0xff : (byte)0;
                    for (var i = 0; i < length; i++)
                        mutant[at + i] = value;
                    break;
                default:
                    mutant[at] = mutant[random.NextInt32(mutant.Count)];
                    break;
            }
        }

        return [.. mutant];
    }

    private static byte[] File(string format) => format switch
    {
        "pth" => WeightsFixture.StateDict,
        "module" => WeightsFixture.Module,
        "legacy" => WeightsFixture.Legacy,
        _ => WeightsFixture.PythonSafetensors,
    };

    /// <summary>The exception of a file; null when it was read. Any other exception fails the test.</summary>
    private static WeightsFileException? Fault(string format, byte[] file)
    {
        try
        {
            if (format == "safetensors")
                Safetensors.Read(file).Dispose();
            else
                PyTorchFile.Read(new MemoryStream(file)).Dispose();
            return null;
        }
        catch (SafetensorsException fault) when (format == "safetensors")
        {
            return fault;
        }
        catch (PyTorchFileException fault) when (format != "safetensors")
        {
            return fault;
        }
    }
}
