using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Experiments;

namespace Tricks.MLNet.Tests.Experiments;

[TestClass]
public sealed class SplitTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 103).Select(i => i % 7 == 0 ? 2 : i % 2)];

    [TestMethod]
    public void Folds_hold_every_row_once_and_every_class_evenly()
    {
        var folds = StratifiedFolds.Of(Labels, 5, seed: 3);
        var sizes = folds.CountBy(f => f).Select(f => f.Value).ToArray();
        Assert.HasCount(5, sizes);
        Assert.IsLessThanOrEqualTo(1, sizes.Max() - sizes.Min());
        foreach (var c in new[] { 0, 1, 2 })
        {
            var counts = Enumerable.Range(0, 5).Select(f => Labels.Index().Count(l => l.Item == c && folds[l.Index] == f)).ToArray();
            Assert.IsLessThanOrEqualTo(1, counts.Max() - counts.Min(), $"class {c}");
        }

        CollectionAssert.AreEqual(folds, StratifiedFolds.Of(Labels, 5, seed: 3));
        CollectionAssert.AreNotEqual(folds, StratifiedFolds.Of(Labels, 5, seed: 4));
    }

    [TestMethod]
    public void More_repetitions_leave_the_first_as_they_were_and_no_test_row_is_learnt_from()
    {
        var two = DataSplit.Of(Labels, new ComparisonOptions { Folds = 3, Repeats = 2 }, seed: 5);
        var four = DataSplit.Of(Labels, new ComparisonOptions { Folds = 3, Repeats = 4 }, seed: 5);
        Assert.HasCount(12, four);
        Assert.HasCount(12, four.Select(s => s.Seed).Distinct().ToArray());
        foreach (var (a, b) in two.Zip(four))
        {
            Assert.AreEqual(a.Seed, b.Seed);
            CollectionAssert.AreEqual(a.Test, b.Test);
            Assert.IsEmpty(a.Test!.Intersect(a.Training!));
            Assert.AreEqual(Labels.Length, a.Test!.Length + a.Training!.Length);
        }
    }

    [TestMethod]
    public void A_subset_keeps_image_columns_values_and_order()
    {
        var context = new MLContext(seed: 1);
        using var folder = new Trainer.StripeFolder(perClass: 6);
        var paths = context.Data.LoadFromImageFolder(folder.Path);
        var images = context.Transforms.LoadImages("Image", null, "ImagePath").Fit(paths).Transform(paths);
        int[] rows = [1, 4, 7, 11];
        var subset = new RowSubset(images, rows, 12);
        CollectionAssert.AreEqual(
            rows.Select(r => paths.GetColumn<string>("ImagePath").ElementAt(r)).ToArray(), subset.GetColumn<string>("ImagePath").ToArray());
        using var cursor = subset.GetRowCursor([subset.Schema["Image"]]);
        var read = cursor.GetGetter<MLImage>(subset.Schema["Image"]);
        MLImage? image = null;
        var seen = 0;
        for (; cursor.MoveNext(); seen++)
        {
            read(ref image!);
            Assert.AreEqual(seen, cursor.Position);
            Assert.AreEqual(Trainer.StripeFolder.Size, image.Width);
        }

        image?.Dispose();
        Assert.AreEqual(rows.Length, seen);
        Assert.AreEqual(4, subset.GetRowCount());
    }
}
