using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Tests.Trainer;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Weights;

namespace Tricks.MLNet.Tests.SimClr;

/// <summary>Pretraining in a pipeline: what it needs, what comes out, and what it composes with.</summary>
[TestClass]
public sealed class SimClrEstimatorTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static StripeFolder folder = null!;

    [ClassInitialize]
    public static void WriteImages(TestContext _) => folder = new StripeFolder(perClass: 12);

    [ClassCleanup]
    public static void RemoveImages() => folder.Dispose();

    private static IDataView Data => Context.Data.LoadFromImageFolder(folder.Path);

    private static IDataView Labelled => Context.Transforms.Conversion.MapValueToKey("Label").Fit(Data).Transform(Data);

    [TestMethod]
    public void Adds_features_without_reading_a_label_and_survives_saving()
    {
        var unlabelled = Context.Transforms.DropColumns("Label").Fit(Data).Transform(Data);
        using var model = Context.Transforms.SimClr(Options()).Fit(unlabelled);
        var features = model.Transform(unlabelled).GetColumn<float[]>("Features").ToList();
        Assert.HasCount(24, features);
        Assert.AreEqual(64, features[0].Length);

        using var stream = new MemoryStream();
        Context.Model.Save(model, unlabelled.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext(seed: 2).Model.Load(stream, out _);
        var again = loaded.Transform(unlabelled).GetColumn<float[]>("Features").ToList();
        for (var row = 0; row < features.Count; row++)
            CollectionAssert.AreEqual(features[row], again[row]);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_features()
    {
        CollectionAssert.AreEqual(FeaturesOf(Options()), FeaturesOf(Options()));
        var other = Options();
        other.Seed = 5;
        CollectionAssert.AreNotEqual(FeaturesOf(Options()), FeaturesOf(other));
    }

    [TestMethod]
    public void Pretraining_and_fine_tuning_compose_in_one_pipeline()
    {
        var simClr = Context.Transforms.SimClr(Options());
        var trainer = StripeFolder.Options();
        trainer.InitialWeights = simClr.ToInitialWeights();
        trainer.Recipe = trainer.Recipe with { Epochs = 1, LearningRate = 1e-30 }; // moves nothing that 32 bits can see
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label").Append(simClr).Append(Context.MulticlassClassification.Trainers.ConvNet(trainer));
        var model = pipeline.Fit(Data);
        using var featurizer = model.OfType<ConvNetFeaturesTransformer>().Single();
        using var classifier = model.LastTransformer;
        var pretrained = StateDict.Of(featurizer.Model.Network).ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var (name, tensor) in StateDict.Of(classifier.Model.Network).Where(entry => entry.Name.StartsWith("layer", StringComparison.Ordinal) && entry.Name.EndsWith("weight", StringComparison.Ordinal)))
            CollectionAssert.AreEqual(pretrained[name].contiguous().data<float>().ToArray(), tensor.contiguous().data<float>().ToArray(), name);
        Assert.HasCount(24, model.Transform(Data).GetColumn<float[]>("Score").ToList());
    }

    [TestMethod]
    public void Weights_of_an_estimator_that_was_not_fitted_are_refused()
    {
        var trainer = StripeFolder.Options();
        trainer.InitialWeights = Context.Transforms.SimClr(Options()).ToInitialWeights();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Context.MulticlassClassification.Trainers.ConvNet(trainer).Fit(Labelled));
        StringAssert.Contains(error.Message, "has not been fitted");
    }

    [TestMethod]
    public void Exported_weights_are_a_safetensors_file()
    {
        using var model = Context.Transforms.SimClr(Options()).Fit(Data);
        var path = Path.Combine(folder.Path, "..", Path.GetRandomFileName() + ".safetensors");
        try
        {
            model.SaveWeights(path);
            using var content = Safetensors.Read(File.ReadAllBytes(path));
            CollectionAssert.AreEqual(StateDict.Of(model.Model.Network).Select(entry => entry.Name).ToArray(), content.Tensors.Select(entry => entry.Name).ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Probes_give_ML_NETs_metrics()
    {
        using var model = Context.Transforms.SimClr(Options()).Fit(Data);
        var features = model.Transform(Labelled);
        var linear = Context.MulticlassClassification.LinearProbe(features, features);
        var nearest = Context.MulticlassClassification.NearestNeighborProbe(features, features, k: 1);
        Assert.AreEqual(1, nearest.MicroAccuracy); // each row is its own neighbour
        Assert.HasCount(2, linear.PerClassLogLoss);
        Assert.IsInRange(0.5, 1, linear.MicroAccuracy);
    }

    [TestMethod]
    public void A_share_of_the_labels_is_the_same_share_of_every_class_and_trains()
    {
        var few = Context.Data.TakeLabelFraction(Labelled, 0.5, seed: 3);
        var labels = few.GetColumn<uint>("Label").ToArray();
        Assert.AreEqual(6, labels.Count(label => label == 1));
        Assert.AreEqual(6, labels.Count(label => label == 2));
        var paths = few.GetColumn<string>("ImagePath").ToArray();
        Assert.HasCount(12, paths.Distinct().ToArray());
        for (var row = 0; row < paths.Length; row++)
            StringAssert.Contains(paths[row], labels[row] == 1 ? "horizontal" : "vertical");
        CollectionAssert.AreNotEqual(paths, Context.Data.TakeLabelFraction(Labelled, 0.5, seed: 4).GetColumn<string>("ImagePath").ToArray());
        var options = StripeFolder.Options();
        options.ValidationFraction = 0;
        var metrics = Context.MulticlassClassification.SemiSupervisedProbe(options, Labelled, Labelled, 0.5);
        Assert.HasCount(2, metrics.PerClassLogLoss);
    }

    [TestMethod]
    public void An_online_probe_reports_and_changes_no_bit()
    {
        var probed = Options();
        (probed.ProbeTrainSet, probed.ProbeTestSet) = (Labelled, Labelled);
        var seen = new List<SimClrEpoch>();
        probed.Progress = new Collect(seen);
        CollectionAssert.AreEqual(FeaturesOf(Options()), FeaturesOf(probed));
        Assert.IsTrue(seen.TrueForAll(epoch => epoch.Probe is { KnnAccuracy: >= 0 and <= 1 }));
    }

    [TestMethod]
    public void A_checkpoint_folder_resumes_to_the_same_bits()
    {
        var options = Options();
        options.Recipe = options.Recipe with { Epochs = 2 };
        var unbroken = FeaturesOf(options);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var cancel = new CancellationTokenSource();
            (options.CheckpointFolder, options.CancellationToken) = (path, cancel.Token);
            options.Progress = new CancelAtFirst(cancel);
            Assert.Throws<OperationCanceledException>(() => FeaturesOf(options));
            (options.CancellationToken, options.Progress) = (default, null);
            CollectionAssert.AreEqual(unbroken, FeaturesOf(options));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [TestMethod]
    public void A_label_given_as_the_image_is_explained()
    {
        var options = Options();
        options.ImageColumnName = "Label";
        var text = Assert.ThrowsExactly<ImageDecodingException>(() => Context.Transforms.SimClr(options).Fit(Data));
        StringAssert.Contains(text.Message, "if it holds labels, set ImageColumnName");
        var key = Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.SimClr(options).Fit(Labelled));
        StringAssert.Contains(key.Message, "'Label' is of type Key");
    }

    [TestMethod]
    public void Views_larger_than_the_images_and_too_few_images_are_refused()
    {
        var options = Options();
        options.ImageSize = 20;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.SimClr(options).Fit(Data)).Message, "views would be larger");
        options = Options();
        options.Recipe = options.Recipe with { BatchSize = 25 };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.SimClr(options).Fit(Data)).Message, "only 24 images");
    }

    [TestMethod]
    public void Faults_are_all_named_at_once()
    {
        var wrong = new SimClrEstimator.Options
        {
            Channels = 2,
            OutputColumnName = "ImagePath",
            ScoringBatchSize = 0,
            ProbeTrainSet = Data,
            Recipe = SimClrRecipe.Short with { BatchSize = 1 },
        };
        var message = Assert.ThrowsExactly<ArgumentException>(() => Context.Transforms.SimClr(wrong)).Message;
        foreach (var part in new[] { "Channels is 2", "both 'ImagePath'", "ScoringBatchSize is 0", "ProbeTrainSet is set alone", "BatchSize is 1; it must be at least 2" })
            StringAssert.Contains(message, part);
    }

    [TestMethod]
    public void The_default_encoder_is_ResNet_18_with_the_stem_for_the_size()
    {
        Assert.AreEqual("resnet18_cifar", new SimClrEstimator.Options().EffectiveArchitecture.Name);
        Assert.AreEqual("resnet18", new SimClrEstimator.Options { ImageSize = 224 }.EffectiveArchitecture.Name);
    }

    private static SimClrEstimator.Options Options() => new()
    {
        Architecture = Architecture.CifarResNet(8, ResNetVariant.D),
        ImageSize = StripeFolder.Size,
        Channels = 1,
        Recipe = SimClrRecipe.Short with { Epochs = 1, BatchSize = 8, HeadHiddenSize = 16, HeadOutputSize = 8 },
        Seed = 1,
    };

    private static float[] FeaturesOf(SimClrEstimator.Options options)
    {
        using var model = Context.Transforms.SimClr(options).Fit(Data);
        return [.. model.Transform(Data).GetColumn<float[]>("Features").SelectMany(features => features)];
    }

    private sealed class Collect(List<SimClrEpoch> seen) : IProgress<SimClrEpoch>
    {
        public void Report(SimClrEpoch value) => seen.Add(value);
    }

    private sealed class CancelAtFirst(CancellationTokenSource cancel) : IProgress<SimClrEpoch>
    {
        public void Report(SimClrEpoch value) => cancel.Cancel();
    }
}
