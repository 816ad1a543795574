using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Tests.Trainer;

[TestClass]
public sealed class LargeDataTests
{
    private const int Side = 180;
    private const int Rows = 3_000;

    [TestMethod]
    public void Three_hundred_megabytes_of_images_train_within_a_tenth_of_that_cache_and_give_the_same_model()
    {
        TrainAndScore(rows: 50, cacheBytes: 0); // loads libraries and fills pools
        var before = ResidentBytes();
        var few = TrainAndScore(Rows, cacheBytes: (long)Rows * BmpBytes / 10);
        var growth = ResidentBytes() - before;
        // The rest is what a generation of garbage collection holds; without the limit all 278 MiB would stay.
        Assert.IsLessThan(150L << 20, growth, $"resident memory grew by {growth >> 20} MiB with {(long)Rows * BmpBytes >> 20} MiB of images");
        CollectionAssert.AreEqual(few, TrainAndScore(Rows, cacheBytes: null));
    }

    private static int BmpBytes => 54 + (Side * Side * 3);

    private static float[] TrainAndScore(int rows, long? cacheBytes)
    {
        var context = new MLContext(seed: 1);
        var options = StripeFolder.Options();
        options.ImageColumnName = nameof(Row.Image);
        options.Recipe = options.Recipe with { Epochs = 1, BatchSize = 32 };
        options.CacheBytes = cacheBytes;
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(Row.Number)); // made anew at each pass
        using var model = context.Transforms.Conversion.MapValueToKey("Label").Append(context.MulticlassClassification.Trainers.ConvNet(options)).Fit(data);
        return [.. model.Transform(context.Data.TakeRows(data, 8)).GetColumn<float[]>("Score").SelectMany(s => s)];
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public byte[] Image { get; set; } = [];

        /// <summary>A 24-bit BMP of noise, brighter in every second row.</summary>
        public static Row Number(int index)
        {
            var bmp = new byte[BmpBytes];
            "BM"u8.CopyTo(bmp);
            foreach (var (offset, value) in new[] { (2, BmpBytes), (10, 54), (14, 40), (18, Side), (22, Side), (26, 1 | (24 << 16)), (34, Side * Side * 3) })
                BitConverter.TryWriteBytes(bmp.AsSpan(offset), value);
            var random = new SeededRandom(3, index);
            for (var i = 54; i < bmp.Length; i++)
                bmp[i] = (byte)((index % 2 * 100) + (int)(random.NextUInt64() & 127));
            return new Row { Label = index % 2 == 0 ? "dark" : "bright", Image = bmp };
        }
    }
}
