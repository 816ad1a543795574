using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Data;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>No score asked, no image read; and what happens where a read image is none.</summary>
[TestClass]
public sealed class LazinessTests
{
    private const string Missing = "no/such/file.png";

    [TestMethod]
    public void A_broken_path_fails_only_when_its_score_is_asked_for()
    {
        var context = new MLContext(seed: 1);
        using var model = TestModel.Create(context);
        var scored = model.Transform(TestModel.Paths(context, [Missing]));
        Assert.AreEqual(Missing, scored.GetColumn<string>("ImagePath").Single());
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => TestModel.Scores(scored));
        StringAssert.Contains(error.Message, Missing);
        StringAssert.Contains(error.Message, "no such file");
        Assert.ThrowsExactly<ImageDecodingException>(() => scored.GetColumn<uint>("PredictedLabel").ToList());
    }

    [TestMethod]
    public void An_active_score_that_is_never_read_decodes_nothing()
    {
        var context = new MLContext(seed: 1);
        using var model = TestModel.Create(context);
        var scored = model.Transform(TestModel.Paths(context, [Missing, Missing]));
        using var cursor = scored.GetRowCursor(scored.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void Of_several_broken_images_in_a_batch_the_first_is_named()
    {
        var context = new MLContext(seed: 1);
        using var images = TestImages.WriteFiles(2);
        using var model = TestModel.Create(context);
        var scored = model.Transform(TestModel.Paths(context, [images.Paths[0], "first.png", images.Paths[1], "second.png"]));
        for (var i = 0; i < 5; i++)
            Assert.AreEqual("first.png", Assert.ThrowsExactly<ImageDecodingException>(() => TestModel.Scores(scored)).Name);
    }

    [TestMethod]
    public void Skipping_gives_NaN_and_a_missing_label_and_counts_and_names_the_image_in_the_log()
    {
        var context = new MLContext(seed: 1);
        List<string> log = [];
        context.Log += (_, e) => log.Add(e.Message);
        using var images = TestImages.WriteFiles(2);
        var cut = images.Paths[1] + ".cut.png";
        File.WriteAllBytes(cut, File.ReadAllBytes(images.Paths[1])[..^30]);
        using var model = TestModel.Create(context, policy: UnreadableImagePolicy.Skip);
        var scored = model.Transform(TestModel.Paths(context, [images.Paths[0], Missing, images.Paths[1], cut]));
        var rows = context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false).ToList();
        Assert.IsTrue(rows[1].Score.Concat(rows[3].Score).All(float.IsNaN));
        Assert.AreEqual(0u, rows[1].PredictedLabel);
        Assert.IsTrue(rows[0].Score.Concat(rows[2].Score).All(float.IsFinite));
        Assert.AreNotEqual(0u, rows[2].PredictedLabel);
        foreach (var part in new[] { Missing, cut, "2 of 4 images could not be read" })
            Assert.IsTrue(log.Exists(line => line.Contains(part, StringComparison.Ordinal)), $"'{part}' is not in the log: {string.Join('\n', log)}");
    }
}
