using Microsoft.ML;
using Tricks.Torch.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.MLNet.Tests.Trainer;

/// <summary>A trained model as the start of another training: which row of its classifier each class begins with.</summary>
[TestClass]
public sealed class ContinuedTrainingTests : IDisposable
{
    // A float32 holds this rate as 0, so that what comes out is what training begins with.
    private static readonly TrainingRecipe Still = TrainingRecipe.FineTune with
    {
        Epochs = 1,
        BatchSize = 8,
        LearningRate = 1e-60,
        FreezeBackbone = true,
        Augmentation = Augmentation.None,
    };

    private readonly StripeFolder _folder = new(perClass: 12); // classes horizontal, vertical
    private readonly MLContext _context = new(seed: 1);
    private readonly ImageScoringTransformer _model;

    public ContinuedTrainingTests() => _model = StripeFolder.Pipeline(_context).Fit(_context.Data.LoadFromImageFolder(_folder.Path)).LastTransformer;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void With_classes_added_the_known_ones_keep_their_rows_by_name_and_the_new_one_begins_afresh()
    {
        AddClass("diagonal"); // sorts before the others, so that their numbers change
        using var continued = Fit(options => options.InitialWeights = _model);
        CollectionAssert.AreEqual(new[] { "diagonal", "horizontal", "vertical" }, continued.ClassNames.ToArray());
        var (before, after) = (State(_model), State(continued));
        CollectionAssert.AreEqual(Row(before, 0), Row(after, 1));
        CollectionAssert.AreEqual(Row(before, 1), Row(after, 2));
        CollectionAssert.AreEqual(Row(Fresh(3), 0), Row(after, 0));
        foreach (var (name, values) in before.Where(entry => !entry.Key.StartsWith("fc.", StringComparison.Ordinal)))
            CollectionAssert.AreEqual(values, after[name], name);
    }

    [TestMethod]
    public void A_loaded_pipeline_continues_as_the_model_in_memory()
    {
        var rows = _context.Data.LoadFromImageFolder(_folder.Path);
        using var stream = new MemoryStream();
        _context.Model.Save(new Microsoft.ML.Data.TransformerChain<ITransformer>(_model), rows.Schema, stream);
        stream.Position = 0;
        using var loaded = ImageScoringTransformer.In(_context.Model.Load(stream, out _));
        void Train(ConvNetTrainer.Options options, ImageScoringTransformer from) =>
            (options.InitialWeights, options.Recipe) = (from, Still with { LearningRate = 0.1, FreezeBackbone = false });
        using var one = Fit(options => Train(options, _model));
        using var other = Fit(options => Train(options, loaded));
        foreach (var (name, values) in State(one))
            CollectionAssert.AreEqual(values, State(other)[name], name);
        CollectionAssert.AreNotEqual(Row(State(_model), 0), Row(State(one), 0));
    }

    [TestMethod]
    public void A_class_begins_with_the_row_that_HeadRows_names_and_the_others_afresh()
    {
        using var network = StripeFolder.Options().Architecture.Build(5, inputChannels: 1, StripeFolder.Size);
        using var model = Fit(options =>
        {
            options.InitialWeights = InitialWeights.FromNetwork(network);
            options.HeadRows = new() { ["vertical"] = 3 };
        });
        float[] expected;
        using (NewDisposeScope())
            expected = [.. network.state_dict()["fc.weight"][3].data<float>(), network.state_dict()["fc.bias"][3].item<float>()];
        CollectionAssert.AreEqual(expected, Row(State(model), 1));
        CollectionAssert.AreEqual(Row(Fresh(2), 0), Row(State(model), 0));
    }

    [TestMethod]
    public void HeadRows_that_cannot_be_are_refused_by_name()
    {
        AssertRefused("HeadRows names 1 rows of a classifier, but there are no InitialWeights", options => options.HeadRows = new() { ["vertical"] = 0 });
        AssertRefused("HeadRows[\"vertical\"] is -1", options => (options.InitialWeights, options.HeadRows) = (_model, new() { ["vertical"] = -1 }));
        AssertRefused("the class 'oblique'", options => (options.InitialWeights, options.HeadRows) = (_model, new() { ["oblique"] = 0 }));
        AssertRefused("Row 2 of the weights' classifier", options => (options.InitialWeights, options.HeadRows) = (_model, new() { ["vertical"] = 2 }));
    }

    [TestMethod]
    public void Size_and_preprocessing_are_the_trained_models_unless_the_options_say_otherwise()
    {
        using var special = Fit(options => (options.ImageSize, options.Preprocessing) = (null, Preprocessing.ImageNet(24, channels: 1, cropRatio: 0.75) with { Mean = [100] }));
        void Continue(ConvNetTrainer.Options options) => (options.InitialWeights, options.ImageSize) = (special, null);
        using var continued = Fit(Continue);
        Assert.AreEqual(special.Preprocessing, continued.Preprocessing);
        using var other = Fit(options => (options.InitialWeights, options.ImageSize) = (special, 16));
        Assert.AreEqual(16, other.Preprocessing.ImageSize);
    }

    [TestMethod]
    public void A_disposed_model_gives_no_weights()
    {
        using var model = StripeFolder.Pipeline(_context).Fit(_context.Data.LoadFromImageFolder(_folder.Path)).LastTransformer;
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Fit(options => options.InitialWeights = model));
    }

    [TestMethod]
    public void Kept_features_are_named_in_the_log()
    {
        var lines = new List<string>();
        _context.Log += (_, e) => lines.Add(e.Message);
        using var model = Fit(options => (options.InitialWeights, options.Recipe) = (_model, Still with { Epochs = 3, Augmentation = Augmentation.SmallImage, CachedViews = 2 }));
        Assert.IsTrue(lines.Exists(line => line.Contains("images in 2 views each are computed once and kept", StringComparison.Ordinal)));
    }

    private void AssertRefused(string expected, Action<ConvNetTrainer.Options> set) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(set).Dispose()).Message, expected);

    private ImageScoringTransformer Fit(Action<ConvNetTrainer.Options> set)
    {
        var options = StripeFolder.Options();
        options.Recipe = Still;
        set(options);
        return StripeFolder.Pipeline(_context, options).Fit(_context.Data.LoadFromImageFolder(_folder.Path)).LastTransformer;
    }

    private void AddClass(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(_folder.Path, "vertical")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    /// <summary>What a network of the options' seed begins with.</summary>
    private static Dictionary<string, float[]> Fresh(int classes)
    {
        var options = StripeFolder.Options();
        using var network = options.Architecture.Build(classes, inputChannels: 1, StripeFolder.Size);
        XavierInitialisation.Apply(network, options.Seed!.Value);
        return Values(network);
    }

    private static Dictionary<string, float[]> State(ImageScoringTransformer model) => Values(model.Model.Network);

    private static Dictionary<string, float[]> Values(nn.Module network)
    {
        using var scope = NewDisposeScope();
        return network.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.to(ScalarType.Float32).contiguous().data<float>().ToArray());
    }

    private static float[] Row(Dictionary<string, float[]> state, int row) => [.. state["fc.weight"].AsSpan(row * 64, 64), state["fc.bias"][row]];
}
