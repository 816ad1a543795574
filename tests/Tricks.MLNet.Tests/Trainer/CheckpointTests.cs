using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Tests.Trainer;

/// <summary>CheckpointFolder is enough: the same Fit again resumes.</summary>
[TestClass]
public sealed class CheckpointTests : IDisposable
{
    private readonly StripeFolder _images = new(perClass: 12);
    private readonly MLContext _context = new(seed: 1);
    private readonly string _root = Directory.CreateTempSubdirectory("tricks-checkpoints-").FullName;

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private string Folder => Path.Combine(_root, "run");

    private IDataView Rows => _context.Data.LoadFromImageFolder(_images.Path);

    [TestMethod]
    public void The_same_fit_again_goes_on_after_a_cancellation_and_returns_a_finished_training_at_once()
    {
        var unbroken = Scores(StripeFolder.Options());
        var options = StripeFolder.Options();
        options.CheckpointFolder = Folder;
        options.RecordNormsEvery = 1;
        using (var cancel = new CancellationTokenSource())
        {
            options.CancellationToken = cancel.Token;
            options.Progress = new ConvNetTrainerTests.Collector([], _ => cancel.Cancel());
            Assert.Throws<OperationCanceledException>(() => Scores(options));
        }

        var (lines, epochs) = (new List<string>(), new List<EpochResult>());
        _context.Log += (_, e) => lines.Add(e.Message);
        options.CancellationToken = default;
        options.Progress = new ConvNetTrainerTests.Collector(epochs);
        CollectionAssert.AreEqual(unbroken, Scores(options));
        CollectionAssert.AreEqual(new[] { 2 }, epochs.Select(e => e.Epoch).ToArray());
        Assert.IsTrue(lines.Exists(line => line.Contains("Resumed at step", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(unbroken, Scores(options));
        Assert.HasCount(1, epochs, "the second Fit trains nothing");

        using var model = StripeFolder.Pipeline(_context, options).Fit(Rows).LastTransformer;
        using var record = JsonDocument.Parse(model.TrainingRecord);
        var norms = record.RootElement.GetProperty("epochs")[0].GetProperty("Norms");
        Assert.IsTrue(norms.EnumerateArray().Any(n => n.GetProperty("Name").GetString() == "fc.weight" && n.GetProperty("GradientNorm").GetDouble() > 0));
    }

    [TestMethod]
    public void Another_architecture_option_or_image_is_refused_and_a_moved_folder_is_not()
    {
        var options = StripeFolder.Options();
        options.CheckpointFolder = Folder;
        var scores = Scores(options);
        void Refused(string difference, Action<ConvNetTrainer.Options> change)
        {
            var other = StripeFolder.Options();
            other.CheckpointFolder = Folder;
            change(other);
            StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => Scores(other)).Message, difference);
        }

        Refused("Architecture was cifar_resnet8d and is cifar_plainnet8", o => o.Architecture = Torch.Models.Architecture.CifarPlainNet(8));
        Refused("Recipe.WeightDecay was 0.0001 and is 0", o => o.Recipe = o.Recipe with { WeightDecay = 0 });
        Refused("the number of training images was 22 and is 18", o => o.ValidationFraction = 0.25);

        var moved = Path.Combine(_root, "moved");
        Directory.Move(_images.Path, moved);
        var rows = _context.Data.LoadFromImageFolder(moved);
        using (var model = StripeFolder.Pipeline(_context, options).Fit(rows).LastTransformer)
            CollectionAssert.AreEqual(scores, ScoresOf(model, rows));
        File.Copy(Path.Combine(moved, "vertical", "0003.png"), Path.Combine(moved, "vertical", "0004.png"), overwrite: true);
        var error = Assert.ThrowsExactly<CheckpointException>(() => StripeFolder.Pipeline(_context, options).Fit(rows));
        StringAssert.Contains(error.Message, "images have another content, label or place");
        StringAssert.Contains(error.Message, Path.Combine(moved, "vertical", "0004.png"));
        Directory.Move(moved, _images.Path);
    }

    [TestMethod]
    public void Other_initial_weights_or_teachers_are_refused_and_the_same_ones_resume()
    {
        using var teacher = StripeFolder.Pipeline(_context).Fit(Rows).LastTransformer;
        var start = StripeFolder.Options();
        start.Recipe = start.Recipe with { Epochs = 1 };
        using var weights = StripeFolder.Pipeline(_context, start).Fit(Rows).LastTransformer;
        ConvNetTrainer.Options FineTuned(Action<ConvNetTrainer.Options>? change = null)
        {
            var options = StripeFolder.Options();
            (options.InitialWeights, options.Teachers) = (weights, [teacher]);
            options.Recipe = TrainingRecipe.FineTune with { Epochs = 3, BatchSize = 8, HeadFirstEpochs = 1, LayerRateDecay = 0.5 };
            change?.Invoke(options);
            return options;
        }

        var unbroken = Scores(FineTuned());
        using (var cancel = new CancellationTokenSource())
        {
            var interrupted = FineTuned(o => (o.CheckpointFolder, o.CancellationToken) = (Folder, cancel.Token));
            interrupted.Progress = new ConvNetTrainerTests.Collector([], _ => cancel.Cancel());
            Assert.Throws<OperationCanceledException>(() => Scores(interrupted));
        }

        void Refused(string difference, Action<ConvNetTrainer.Options> change) => StringAssert.Contains(
            Assert.ThrowsExactly<CheckpointException>(() => Scores(FineTuned(o => { o.CheckpointFolder = Folder; change(o); }))).Message, difference);
        Refused("First weights (architecture, seed, InitialWeights) was ", o => o.InitialWeights = teacher);
        Refused("First weights (architecture, seed, InitialWeights) was ", o => o.InitialWeights = null);
        Refused("First weights (architecture, seed, InitialWeights) was ", o => o.HeadRows = new() { ["vertical"] = 0 });
        Refused("Teacher 0 was ", o => o.Teachers = [weights]);
        CollectionAssert.AreEqual(unbroken, Scores(FineTuned(o => o.CheckpointFolder = Folder)));
    }

    [TestMethod]
    public void A_folder_that_cannot_serve_is_known_before_data_is_read()
    {
        var options = StripeFolder.Options();
        options.CheckpointFolder = Path.Combine(_images.Path, "vertical", "0000.png");
        File.Delete(Path.Combine(_images.Path, "vertical", "0001.png")); // would be the error of reading
        var rows = Rows;
        StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => Scores(options, rows)).Message, "cannot be written");

        options.CheckpointFolder = " ";
        (options.CheckpointsKept, options.CheckpointEverySteps, options.RecordNormsEvery) = (0, 0, 0);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Scores(options));
        foreach (var option in new[] { "CheckpointFolder", "CheckpointsKept", "CheckpointEverySteps", "RecordNormsEvery" })
            StringAssert.Contains(error.Message, option);
    }

    private float[] Scores(ConvNetTrainer.Options options, IDataView? rows = null)
    {
        using var model = StripeFolder.Pipeline(_context, options).Fit(rows ?? Rows).LastTransformer;
        return ScoresOf(model, rows ?? Rows);
    }

    private static float[] ScoresOf(ImageScoringTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float[]>("Score").SelectMany(scores => scores)];
}
