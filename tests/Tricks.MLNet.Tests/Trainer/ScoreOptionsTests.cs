using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Tests.Trainer;

/// <summary>Views and temperature of the trained model: in Transform, in a PredictionEngine and after loading.</summary>
[TestClass]
public sealed class ScoreOptionsTests : IDisposable
{
    private readonly StripeFolder _folder = new(perClass: 24);
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    private IDataView Rows => _context.Data.LoadFromImageFolder(_folder.Path);

    [TestMethod]
    public void A_model_scores_with_its_views_and_temperature_everywhere()
    {
        var plain = StripeFolder.Options();
        plain.Preprocessing = Preprocessing.ImageNet(StripeFolder.Size, channels: 1, cropRatio: 0.8);
        plain.ValidationFraction = 0.5;
        using var off = StripeFolder.Pipeline(_context, plain).Fit(Rows).LastTransformer;
        Assert.AreEqual(TestTimeAugmentation.None, off.TestTimeAugmentation);
        Assert.IsNull(off.Calibration);

        var lines = new List<string>();
        _context.Log += (_, e) => lines.Add(e.Message);
        var options = StripeFolder.Options();
        (options.Preprocessing, options.ValidationFraction) = (plain.Preprocessing, plain.ValidationFraction);
        (options.TestTimeAugmentation, options.CalibrateTemperature) = (new TestTimeAugmentation { Mirror = true, Crops = 5 }, true);
        using var model = StripeFolder.Pipeline(_context, options).Fit(Rows).LastTransformer;

        var calibration = model.Calibration!;
        Assert.AreEqual(24, calibration.Rows);
        Assert.IsTrue(lines.Exists(line => line.Contains(FormattableString.Invariant($"temperature {calibration.Temperature:f4}, fitted on 24 validation rows: expected calibration error {calibration.ErrorBefore:f4} before, {calibration.ErrorAfter:f4} after"), StringComparison.Ordinal)));
        var scores = Scores(model);
        Assert.IsGreaterThan(1e-3f, Scores(off).Zip(scores, (a, b) => MathF.Abs(a - b)).Max());
        using var record = JsonDocument.Parse(model.TrainingRecord);
        Assert.AreEqual(calibration.ErrorAfter, record.RootElement.GetProperty("calibration").GetProperty("ErrorAfter").GetDouble());

        using var stream = new MemoryStream();
        _context.Model.Save(model, null, stream);
        stream.Position = 0;
        using var loaded = (ImageScoringTransformer)_context.Model.Load(stream, out _);
        Assert.AreEqual(model.TestTimeAugmentation, loaded.TestTimeAugmentation);
        Assert.AreEqual(calibration, loaded.Calibration);
        CollectionAssert.AreEqual(scores, Scores(loaded));

        using var engine = _context.Model.CreatePredictionEngine<Input, Output>(loaded, new PredictionEngineOptions { OwnsTransformer = false });
        var file = _context.Data.CreateEnumerable<Input>(Rows, reuseRowObject: false).First();
        var single = engine.Predict(file).Score;
        for (var c = 0; c < 2; c++)
            Assert.AreEqual(scores[c], single[c], 1e-6f);
    }

    [TestMethod]
    public void Without_validation_rows_or_with_three_crops_it_is_refused()
    {
        var options = StripeFolder.Options();
        (options.CalibrateTemperature, options.ValidationFraction) = (true, 0);
        var error = Assert.ThrowsExactly<ArgumentException>(() => StripeFolder.Pipeline(_context, options).Fit(Rows));
        StringAssert.Contains(error.Message, "CalibrateTemperature is true, but there are no validation rows");
        (options.TestTimeAugmentation, options.TopK) = (new TestTimeAugmentation { Crops = 3 }, 0);
        error = Assert.ThrowsExactly<ArgumentException>(() => StripeFolder.Pipeline(_context, options));
        StringAssert.Contains(error.Message, "TestTimeAugmentation.Crops is 3; it must be 1");
        StringAssert.Contains(error.Message, "TopK is 0");
    }

    private float[] Scores(ImageScoringTransformer model) => [.. model.Transform(Rows).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private sealed class Input
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Output
    {
        public float[] Score { get; set; } = [];
    }
}
