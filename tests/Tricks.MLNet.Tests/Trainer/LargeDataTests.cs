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
        var data = (long)Rows * BmpBytes;
        var (few, fewBytes) = TrainAndScore(cacheBytes: data / 10);
        var (all, allBytes) = TrainAndScore(cacheBytes: null);
        CollectionAssert.AreEqual(all, few);
        Assert.IsGreaterThan(data, allBytes); // so the figure below does measure what is kept
        Assert.IsLessThan(data / 4, fewBytes, $"{fewBytes >> 20} MiB are held in training with {data >> 20} MiB of images");
    }

    private static int BmpBytes => 54 + (Side * Side * 3);

    /// <summary>The scores of the trained model, and the managed bytes that are held at the end of the epoch, garbage not counted.</summary>
    private static (float[] Scores, long HeldBytes) TrainAndScore(long? cacheBytes)
    {
        var context = new MLContext(seed: 1);
        var held = 0L;
        var options = StripeFolder.Options();
        options.ImageColumnName = nameof(Row.Image);
        options.Recipe = options.Recipe with { Epochs = 1, BatchSize = 32 };
        options.CacheBytes = cacheBytes;
        options.Progress = new ConvNetTrainerTests.Collector([], _ => held = GC.GetTotalMemory(forceFullCollection: true));
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(Row.Number)); // made anew at each pass
        using var model = context.Transforms.Conversion.MapValueToKey("Label").Append(context.MulticlassClassification.Trainers.ConvNet(options)).Fit(data);
        return ([.. model.Transform(context.Data.TakeRows(data, 8)).GetColumn<float[]>("Score").SelectMany(s => s)], held);
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
