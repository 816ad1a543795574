using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Tests.Trainer;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.MLNet.Tests.Featurizer;

/// <summary>The features of a network as a column: their values, and what may be done with them.</summary>
[TestClass]
public sealed class ConvNetFeaturesTests
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
    public void The_classifier_layer_on_the_features_gives_the_scores()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        using var featurizer = Context.Transforms.ConvNetFeatures(model).Fit(Data);
        Assert.AreEqual(64, featurizer.FeatureCount);
        var (weight, bias) = Head(model);
        var scores = TestModel.Scores(model.Transform(Data));
        var features = Features(featurizer.Transform(Data));
        for (var i = 0; i < Count; i++)
        {
            var logits = Enumerable.Range(0, bias.Length).Select(c => bias[c] + features[i].Select((f, j) => (double)f * weight[(c * 64) + j]).Sum()).ToArray();
            var sum = logits.Sum(Math.Exp);
            for (var c = 0; c < bias.Length; c++)
                Assert.AreEqual(Math.Exp(logits[c]) / sum, scores[i][c], 1e-5, $"image {i}, class {c}");
        }
    }

    [TestMethod]
    public void Single_rows_and_batches_agree_and_other_columns_pass()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        using var featurizer = Context.Transforms.ConvNetFeatures(model, outputColumnName: "Embedding").Fit(Data);
        var transformed = featurizer.Transform(Data);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToList(), transformed.GetColumn<int>("Number").ToList());
        var batched = transformed.GetColumn<float[]>("Embedding").ToList();
        using var engine = Context.Model.CreatePredictionEngine<PathRow, Embedded>(featurizer, new PredictionEngineOptions { OwnsTransformer = false });
        for (var i = 0; i < Count; i++)
        {
            var single = engine.Predict(new PathRow { ImagePath = images.Paths[i] }).Embedding;
            for (var j = 0; j < single.Length; j++)
                Assert.AreEqual(batched[i][j], single[j], 1e-5f);
        }
    }

    [TestMethod]
    public void Nothing_is_read_before_the_features_are()
    {
        using var model = TestModel.Create(Context);
        using var featurizer = Context.Transforms.ConvNetFeatures(model).Fit(Data);
        var transformed = featurizer.Transform(TestModel.Paths(Context, ["no/such/file.png"]));
        Assert.AreEqual("no/such/file.png", transformed.GetColumn<string>("ImagePath").Single());
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => Features(transformed));
        StringAssert.Contains(error.Message, "no/such/file.png");
    }

    [TestMethod]
    public void A_skipped_image_has_features_NaN()
    {
        using var model = TestModel.Create(Context, policy: UnreadableImagePolicy.Skip);
        using var featurizer = Context.Transforms.ConvNetFeatures(model).Fit(Data);
        var features = Features(featurizer.Transform(TestModel.Paths(Context, [images.Paths[0], "no/such/file.png"])));
        Assert.IsTrue(features[0].All(float.IsFinite));
        Assert.IsTrue(features[1].All(float.IsNaN));
    }

    [TestMethod]
    public void The_featurizer_outlives_the_model_it_was_made_of()
    {
        ConvNetFeaturesTransformer featurizer;
        float[][] before;
        using (var model = TestModel.Create(Context))
        {
            featurizer = Context.Transforms.ConvNetFeatures(model).Fit(Data);
            before = Features(featurizer.Transform(Data));
        }

        using (featurizer)
            TestModel.AssertSame(before, Features(featurizer.Transform(Data)));
    }

    [TestMethod]
    public void Weights_of_a_file_give_the_features_of_the_model_that_wrote_it()
    {
        using var model = TestModel.Create(Context);
        var path = Path.Combine(images.Folder, "weights.safetensors");
        using (var file = File.Create(path))
            Safetensors.Write(file, StateDict.Of(model.Model.Network));
        using var expected = Context.Transforms.ConvNetFeatures(model).Fit(Data);
        using var actual = Context.Transforms.ConvNetFeatures(new ConvNetFeaturesEstimator.Options
        {
            Architecture = Architecture.CifarResNet(8),
            InitialWeights = InitialWeights.WeightsFile(path),
            ImageSize = TestImages.Size,
        }).Fit(Data);
        TestModel.AssertSame(Features(expected.Transform(Data)), Features(actual.Transform(Data)));
    }

    [TestMethod]
    public void Saved_with_a_trainer_behind_it_a_fresh_process_predicts_to_the_bit_alike()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        var labelled = Context.Data.LoadFromEnumerable(images.Paths.Select((path, i) => new LabelledPath(path, TestModel.ClassNames[i % 2])).ToList());
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label").Fit(labelled).Transform(labelled); // not saved: scoring has no labels
        var fitted = Context.Transforms.ConvNetFeatures(model)
            .Append(Context.Transforms.NormalizeMeanVariance("Features"))
            .Append(Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5))
            .Fit(keyed);
        var (zip, list) = (Path.Combine(images.Folder, "features.zip"), Path.Combine(images.Folder, "features.txt"));
        Context.Model.Save(fitted, keyed.Schema, zip);
        File.WriteAllLines(list, images.Paths);
        var expected = fitted.Transform(keyed).GetColumn<float[]>("Score").Select(scores =>
            $"{TestModel.ClassNames[Array.IndexOf(scores, scores.Max())]} {string.Join(' ', scores.Select(s => BitConverter.SingleToUInt32Bits(s).ToString("x8", null)))}");
        CollectionAssert.AreEqual(expected.ToList(), FreshProcess.Score(zip, list));
    }

    [TestMethod]
    public void Features_of_a_trained_network_serve_linear_and_tree_trainers()
    {
        using var folder = new StripeFolder(perClass: 24);
        var rows = Context.Data.LoadFromImageFolder(folder.Path);
        using var model = StripeFolder.Pipeline(Context).Fit(rows).LastTransformer;
        var split = Context.Data.TrainTestSplit(rows, 0.4, seed: 1);
        var features = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Transforms.ConvNetFeatures(model));
        foreach (var trainer in new IEstimator<ITransformer>[]
        {
            Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20),
            Context.MulticlassClassification.Trainers.LightGbm(numberOfIterations: 10, minimumExampleCountPerLeaf: 2),
        })
        {
            var fitted = features.Append(Context.Transforms.NormalizeMeanVariance("Features")).Append(trainer).Fit(split.TrainSet);
            var metrics = Context.MulticlassClassification.Evaluate(fitted.Transform(split.TestSet));
            Assert.IsGreaterThan(0.9, metrics.MicroAccuracy, trainer.GetType().Name);
        }
    }

    [TestMethod]
    public void The_estimator_announces_what_the_transformer_adds()
    {
        using var model = TestModel.Create(Context);
        var estimator = Context.Transforms.ConvNetFeatures(model);
        using var featurizer = estimator.Fit(Data);
        var shape = estimator.GetOutputSchema(SchemaShapeColumn.Of(Data.Schema));
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape.Single(column => column.Name == "Features").Kind);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 64), featurizer.GetOutputSchema(Data.Schema)["Features"].Type);
    }

    [TestMethod]
    public void All_faults_are_named_at_once()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.ConvNetFeatures(new ConvNetFeaturesEstimator.Options
        {
            OutputColumnName = "ImagePath",
            Channels = 2,
            BatchSize = 0,
        }));
        foreach (var part in new[] { "both 'ImagePath'", "InitialWeights is null", "Channels is 2", "BatchSize is 0" })
            StringAssert.Contains(error.Message, part);
    }

    private static float[][] Features(IDataView data) => [.. data.GetColumn<float[]>("Features")];

    private static (float[] Weight, float[] Bias) Head(ImageScoringTransformer model)
    {
        using var scope = NewDisposeScope();
        var state = model.Model.Network.state_dict();
        return (state["fc.weight"].data<float>().ToArray(), state["fc.bias"].data<float>().ToArray());
    }

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];
    }

    private sealed record LabelledPath(string ImagePath, string Label);
}
