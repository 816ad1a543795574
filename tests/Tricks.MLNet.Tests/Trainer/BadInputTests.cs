using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Interop;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Tests.Trainer;

[TestClass]
public sealed class BadInputTests : IDisposable
{
    private readonly StripeFolder _folder = new(perClass: 12);
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    private IDataView Rows => _context.Data.LoadFromImageFolder(_folder.Path);

    private IDataView KeyRows => _context.Transforms.Conversion.MapValueToKey("Label").Fit(Rows).Transform(Rows);

    private ConvNetTrainer Trainer(Action<ConvNetTrainer.Options>? change = null)
    {
        var options = StripeFolder.Options();
        change?.Invoke(options);
        return _context.MulticlassClassification.Trainers.ConvNet(options);
    }

    [TestMethod]
    public void All_faults_of_the_options_are_listed_together_before_any_data_is_read()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o =>
        {
            o.ImageColumnName = "";
            o.Channels = 2;
            o.Architecture = Architecture.ResNet18D;
            o.ImageSize = 16;
            o.Recipe = o.Recipe with { Epochs = 0, LearningRate = -1, MixupAlpha = double.NaN, Augmentation = new Augmentation { Padding = -1 } };
            o.ValidationFraction = 1;
            o.TopK = 0;
            o.ScoringBatchSize = 0;
            o.ScoringPrecision = (Precision)9;
            o.CacheBytes = -1;
            o.Workers = 0;
            o.PredictedLabelColumnName = "Label";
        }));
        foreach (var fault in new[]
        {
            "ImageColumnName is empty", "Channels is 2", "ImageSize is 16; resnet18d takes at least 32", "Epochs is 0", "LearningRate is -1",
            "MixupAlpha is NaN", "Padding is -1", "ValidationFraction is 1", "TopK is 0", "ScoringBatchSize is 0", "ScoringPrecision is 9; it must be one of Float32, BFloat16, Float16", "CacheBytes is -1", "Workers is 0", "PredictedLabelColumnName is 'Label', which is the label column",
        })
        {
            StringAssert.Contains(error.Message, fault);
        }
    }

    [TestMethod]
    public void A_batch_that_no_buffer_can_hold_is_refused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o =>
        {
            o.ImageSize = 512;
            o.Channels = 3;
            o.Recipe = o.Recipe with { BatchSize = 1024 };
        }));
        StringAssert.Contains(error.Message, "BatchSize is 1024");
        StringAssert.Contains(error.Message, "512 x 512");
    }

    [TestMethod]
    public void Options_changed_after_they_were_checked_change_nothing()
    {
        var options = StripeFolder.Options();
        var trainer = _context.MulticlassClassification.Trainers.ConvNet(options);
        options.ImageColumnName = "Nowhere";
        trainer.Fit(KeyRows).Dispose();
    }

    [TestMethod]
    public void A_missing_or_wrongly_typed_column_is_named_with_the_columns_there_are()
    {
        var missing = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o => o.ImageColumnName = "Photo").Fit(KeyRows));
        StringAssert.Contains(missing.Message, "no image column 'Photo'");
        StringAssert.Contains(missing.Message, "ImagePath");
        var wrongType = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o => o.ImageColumnName = "Label").Fit(KeyRows));
        StringAssert.Contains(wrongType.Message, "LoadImages");
        var noLabel = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o => o.LabelColumnName = "Class").Fit(KeyRows));
        StringAssert.Contains(noLabel.Message, "no label column 'Class'");
        var textLabel = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(Rows));
        StringAssert.Contains(textLabel.Message, "MapValueToKey");
    }

    [TestMethod]
    public void The_same_is_known_before_fitting_from_the_schema_shape()
    {
        var shape = SchemaShapeColumn.Of(Rows.Schema);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer().GetOutputSchema(shape)).Message, "must be a key");
        var output = Trainer().GetOutputSchema(SchemaShapeColumn.Of(KeyRows.Schema));
        Assert.IsTrue(output.Any(c => c.Name == "Score"));
        Assert.IsTrue(output.Any(c => c.Name == "PredictedLabel" && c.IsKey));
    }

    [TestMethod]
    public void A_key_without_values_is_refused()
    {
        var rows = _context.Data.LoadFromEnumerable([new KeyRow { Label = 1, ImagePath = "a.png" }]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(rows));
        StringAssert.Contains(error.Message, "key without values");
    }

    [TestMethod]
    public void One_class_alone_is_refused_whether_the_key_or_the_rows_have_no_other()
    {
        var oneKey = _context.Data.FilterByCustomPredicate<PathRow>(Rows, row => row.Label != "vertical"); // keeps the rows of which this is false
        var key = _context.Transforms.Conversion.MapValueToKey("Label");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(key.Fit(oneKey).Transform(oneKey))).Message, "at least 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(key.Fit(Rows).Transform(oneKey))).Message, "All 12 training images are of the class 'vertical'");
    }

    [TestMethod]
    public void A_row_without_a_label_and_data_without_rows_are_refused()
    {
        var key = _context.Transforms.Conversion.MapValueToKey("Label").Fit(Rows);
        var unknown = _context.Data.LoadFromEnumerable([new PathRow { ImagePath = AnyFile, Label = "diagonal" }]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(key.Transform(unknown))).Message, "has no label");
        var none = _context.Data.FilterByCustomPredicate<PathRow>(Rows, _ => true);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(key.Transform(none))).Message, "no rows");
    }

    [TestMethod]
    public void Unreadable_images_are_refused_before_training_or_skipped_counted_and_named()
    {
        var vertical = Path.Combine(_folder.Path, "vertical");
        File.WriteAllBytes(Path.Combine(vertical, "0001.png"), []);
        File.WriteAllText(Path.Combine(vertical, "0002.png"), "not an image");
        var whole = File.ReadAllBytes(Path.Combine(vertical, "0003.png"));
        File.WriteAllBytes(Path.Combine(vertical, "0003.png"), whole[..(whole.Length / 2)]);

        var epochs = new List<EpochResult>();
        var error = Assert.ThrowsExactly<ImageDecodingException>(
            () => Trainer(o => o.Progress = new ConvNetTrainerTests.Collector(epochs)).Fit(KeyRows));
        StringAssert.Contains(error.Message, "0001.png");
        StringAssert.Contains(error.Message, "2 more of 24 images cannot be read");
        StringAssert.Contains(error.Message, "UnreadableImages = Skip");
        Assert.IsEmpty(epochs);

        var lines = new List<string>();
        _context.Log += (_, e) => lines.Add(e.Message);
        using var model = Trainer(o => o.UnreadableImages = UnreadableImagePolicy.Skip).Fit(KeyRows);
        Assert.HasCount(3, model.SkippedImages);
        foreach (var name in new[] { "0001.png", "0002.png", "0003.png" })
        {
            Assert.IsTrue(model.SkippedImages.Any(s => s.Contains(name, StringComparison.Ordinal)));
            Assert.IsTrue(lines.Exists(l => l.Contains(name, StringComparison.Ordinal)));
        }

        Assert.IsTrue(lines.Exists(l => l.Contains("3 unreadable images were skipped", StringComparison.Ordinal)));
        StringAssert.Contains(model.TrainingRecord, "\"skippedImages\":3");
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        var rows = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 12).Select(i => new PathRow { ImagePath = i == 7 ? "nowhere.png" : AnyFile, Label = i % 2 == 0 ? "a" : "b" }));
        var key = _context.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => Trainer().Fit(key.Transform(rows)));
        StringAssert.Contains(error.Message, "nowhere.png");
    }

    [TestMethod]
    public void A_batch_larger_than_the_training_images_is_refused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(o => o.Recipe = o.Recipe with { BatchSize = 64 }).Fit(KeyRows));
        StringAssert.Contains(error.Message, "BatchSize is 64, but there are only 22 training images");
    }

    [TestMethod]
    public void Validation_rows_of_unknown_or_unseen_classes_are_refused()
    {
        var key = _context.Transforms.Conversion.MapValueToKey("Label");
        var other = _context.Data.LoadFromEnumerable(
            [new PathRow { ImagePath = AnyFile, Label = "vertical" }, new PathRow { ImagePath = AnyFile, Label = "diagonal" }]);
        var unknown = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(KeyRows, key.Fit(other).Transform(other)));
        StringAssert.Contains(unknown.Message, "'diagonal'");
        var text = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(KeyRows, Rows));
        StringAssert.Contains(text.Message, "The validation data does not fit");
        StringAssert.Contains(text.Message, "one fitted MapValueToKey");

        var three = _context.Data.LoadFromEnumerable(_context.Data.CreateEnumerable<PathRow>(Rows, reuseRowObject: false)
            .Append(new PathRow { ImagePath = AnyFile, Label = "diagonal" }));
        var threeKeys = key.Fit(three);
        var unseen = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(threeKeys.Transform(Rows), threeKeys.Transform(three)));
        StringAssert.Contains(unseen.Message, "of which the training data has none");
    }

    private string AnyFile => Path.Combine(_folder.Path, "vertical", "0000.png");

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class KeyRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public string ImagePath { get; set; } = "";
    }
}
