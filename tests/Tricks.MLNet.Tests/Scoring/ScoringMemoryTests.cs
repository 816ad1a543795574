using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Tests;

namespace Tricks.MLNet.Tests.Scoring;

[TestClass]
public class ScoringMemoryTests
{
    [TestMethod]
    public void Resident_memory_is_flat_over_twenty_thousand_scored_rows()
    {
        const int Warm = 15_000; // the scoring threads' heaps have settled: over 180,000 rows more they grew by 3 MiB
        const int Rows = 35_000;
        using var images = TestImages.WriteFiles(8);
        var context = new MLContext(seed: 1);
        using var model = TestModel.Create(context);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Row { ImagePath = images.Paths[i % 8] }));

        var scored = model.Transform(data);
        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var score = default(VBuffer<float>);
        var (rows, before) = (0, 0L);
        while (cursor.MoveNext())
        {
            getter(ref score);
            if (++rows == Warm)
                before = ResidentMemory.Bytes();
        }

        var growth = ResidentMemory.Bytes() - before;
        Assert.AreEqual(Rows, rows);
        // A row that stayed would cost 12 KiB, so 240 MiB.
        Assert.IsLessThan(20L << 20, growth, $"resident memory grew by {growth >> 10} KiB over {Rows - Warm} rows");
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }
}
