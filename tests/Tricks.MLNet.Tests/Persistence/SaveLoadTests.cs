using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Tests.Persistence;

/// <summary>A model that was saved and loaded is the same model, to the bit.</summary>
[TestClass]
public sealed class SaveLoadTests
{
    private const int Count = 9;
    private static readonly MLContext Context = new(seed: 1);
    private static TestImages images = null!;

    [ClassInitialize]
    public static void WriteImages(TestContext _) => images = TestImages.WriteFiles(Count);

    [ClassCleanup]
    public static void RemoveImages() => images.Dispose();

    private static IDataView Data => TestModel.Paths(Context, images.Paths);

    [TestMethod]
    public void A_loaded_model_scores_to_the_bit_as_the_saved_one()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        using var loaded = SaveAndLoad(model);
        TestModel.AssertSame(TestModel.Scores(model.Transform(Data)), TestModel.Scores(loaded.Transform(Data)));
    }

    [TestMethod]
    public void A_loaded_model_says_the_same_of_itself()
    {
        using var model = TestModel.Create(Context, imageColumn: "Photo", batchSize: 5, channels: 1, classes: ClassLabels.FromNames(["a \"quoted\"", "ä ö", "{0}"]), interpolation: Interpolation.Bicubic);
        using var loaded = SaveAndLoad(model);
        CollectionAssert.AreEqual(model.ClassNames.ToArray(), loaded.ClassNames.ToArray());
        Assert.AreEqual(model.Architecture, loaded.Architecture);
        Assert.AreEqual(5, loaded.ScoringBatchSize);
        Assert.AreEqual("Photo", loaded.FeatureColumnName);
        Assert.AreEqual(1, loaded.Preprocessing.Channels);
        Assert.AreEqual(Interpolation.Bicubic, loaded.Preprocessing.Interpolation);
        Assert.AreEqual(model.Preprocessing.CropRatio, loaded.Preprocessing.CropRatio);
        CollectionAssert.AreEqual(model.Preprocessing.Mean.ToArray(), loaded.Preprocessing.Mean.ToArray());
        CollectionAssert.AreEqual(model.Preprocessing.StandardDeviation.ToArray(), loaded.Preprocessing.StandardDeviation.ToArray());
        Assert.AreEqual(model.UnreadableImages, loaded.UnreadableImages);
        Assert.AreEqual(model.TrainingRecord, loaded.TrainingRecord.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Classes_keep_the_type_of_their_values()
    {
        using var model = TestModel.Create(Context, classes: ClassLabelType.OfName("single")!.Parse(["0.1", "-1E+20", "3"]));
        using var loaded = SaveAndLoad(model);
        var scored = loaded.Transform(Data);
        var named = Context.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel").Fit(scored).Transform(scored);
        float[] values = [0.1f, -1e20f, 3];
        CollectionAssert.AreEqual(
            scored.GetColumn<uint>("PredictedLabel").Select(label => values[label - 1]).ToList(), named.GetColumn<float>("Value").ToList());
    }

    [TestMethod]
    public void A_fresh_process_that_names_none_of_our_types_scores_to_the_bit_alike()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        var pipeline = new TransformerChain<ITransformer>(
            model, Context.Transforms.CopyColumns("Copy", "Score").Fit(model.Transform(Data)));
        var (zip, list) = (Path.Combine(images.Folder, "model.zip"), Path.Combine(images.Folder, "paths.txt"));
        Context.Model.Save(pipeline, Data.Schema, zip);
        File.WriteAllLines(list, images.Paths);
        var expected = model.Transform(Data).GetColumn<float[]>("Score").Select(scores =>
            $"{TestModel.ClassNames[Array.IndexOf(scores, scores.Max())]} {string.Join(' ', scores.Select(s => BitConverter.SingleToUInt32Bits(s).ToString("x8", null)))}");
        CollectionAssert.AreEqual(expected.ToList(), FreshProcess.Score(zip, list));
    }

    private static ImageScoringTransformer SaveAndLoad(ImageScoringTransformer model)
    {
        using var stream = new MemoryStream();
        Context.Model.Save(model, null, stream);
        stream.Position = 0;
        return (ImageScoringTransformer)Context.Model.Load(stream, out _);
    }
}
