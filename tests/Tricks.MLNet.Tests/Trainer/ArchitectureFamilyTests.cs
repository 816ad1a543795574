using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Tests.Trainer;

/// <summary>Every family of networks in a pipeline: a step of training, saved, loaded, the same scores to the bit.</summary>
[TestClass]
public sealed class ArchitectureFamilyTests : IDisposable
{
    private readonly StripeFolder _folder = new(perClass: 6);
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("lenet5", 16, 1, Precision.Float32)]
    [DataRow("wrn_10_1", 16, 3, Precision.BFloat16)]
    [DataRow("resnet18_v2_cifar", 16, 3, Precision.Float32)]
    [DataRow("mobilenetv1_025", 32, 3, Precision.BFloat16)]
    [DataRow("densenet121", 32, 3, Precision.Float32)]
    [DataRow("inception_v3", 75, 3, Precision.Float32)]
    [DataRow("inception_v3_025", 75, 1, Precision.BFloat16)]
    public void A_network_trains_is_saved_and_loads(string name, int size, int channels, Precision precision) =>
        TrainSaveAndLoad(Architecture.Parse(name), size, channels, precision);

    /// <summary>A narrow VGG, too, stands for the family here: VGG-16 has half a gigabyte of weights.</summary>
    [TestMethod]
    public void A_network_of_ones_own_trains_is_saved_and_loads()
    {
        var architecture = Architecture.Custom("narrow_vgg", (classes, channels, _) => new Vgg([[4], [8]], norm: true, hidden: 16, classes, channels), 16, 8);
        TrainSaveAndLoad(architecture, size: 16, channels: 3, Precision.Float32);
    }

    private void TrainSaveAndLoad(Architecture architecture, int size, int channels, Precision precision)
    {
        var rows = _context.Data.LoadFromImageFolder(_folder.Path);
        var options = StripeFolder.Options();
        options.Architecture = architecture;
        options.ImageSize = size;
        options.Channels = channels;
        options.ValidationFraction = 0;
        options.Recipe = options.Recipe with { Epochs = 1, BatchSize = 12, LearningRate = 0.01, Precision = precision, MixupAlpha = 0.2 };
        var model = StripeFolder.Pipeline(_context, options).Fit(rows);
        using var trained = model.LastTransformer;
        var scores = TestModel.Scores(model.Transform(rows));

        using var stream = new MemoryStream();
        _context.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        var loaded = (TransformerChain<ITransformer>)_context.Model.Load(stream, out _);
        using var read = (ImageScoringTransformer)loaded.LastTransformer;

        Assert.IsTrue(scores.All(row => Math.Abs(row.Sum() - 1) < 1e-5));
        TestModel.AssertSame(scores, TestModel.Scores(loaded.Transform(rows)));
        Assert.AreEqual(architecture, read.Architecture);
    }
}
