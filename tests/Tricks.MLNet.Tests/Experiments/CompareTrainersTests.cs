using Microsoft.ML;
using Tricks.MLNet.Experiments;
using Tricks.MLNet.Tests.Trainer;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Tests.Experiments;

[TestClass]
public sealed class CompareTrainersTests : IDisposable
{
    private readonly ComparedStripes _stripes = new();

    public void Dispose() => _stripes.Dispose();

    [TestMethod]
    public void Candidates_of_any_kind_are_trained_on_the_same_rows_and_ranked()
    {
        var comparison = _stripes.Compare(new ComparisonOptions { Folds = 2 }, ComparedStripes.Network("network"), ComparedStripes.Linear());
        Assert.AreEqual(ComparisonEnd.Finished, comparison.End);
        Assert.HasCount(4, comparison.Trials);
        foreach (var fold in comparison.Trials.GroupBy(t => t.Fold))
            Assert.HasCount(1, fold.Select(t => (t.Seed, t.TrainingRows, t.TestRows)).Distinct().ToArray());
        foreach (var result in comparison.Leaderboard)
        {
            Assert.AreEqual(24, result.ConfusionMatrix.Cast<int>().Sum(), "each row is tested once");
            Assert.AreEqual(12, result.Classes[0].Rows);
            Assert.AreEqual(24, result.Calibration.Sum(b => b.Rows));
            Assert.AreEqual(result.Name == "linear", result.Comparison is not null);
        }

        var linear = comparison.Leaderboard.Single(r => r.Name == "linear");
        var network = comparison.Leaderboard.Single(r => r.Name == "network");
        Assert.AreEqual((3 * 16 * 16 * 2) + 2, linear.Parameters);
        Assert.AreEqual(1, network.Trials[0].Curve.Count);
        Assert.AreEqual(12.0 / network.Trials[0].TrainingSeconds, network.Trials[0].TrainingImagesPerSecond!.Value, 1e-9);
        Assert.AreEqual(2, linear.Comparison!.N);
        Assert.AreEqual(IntervalMethod.CorrectedResampledT, linear.Comparison.Method);
        Assert.AreEqual(linear.Accuracy.Mean - network.Accuracy.Mean, linear.Comparison.Difference, 1e-12);
        Assert.AreEqual(comparison.Leaderboard[0].Name, comparison.BestRun!.Candidate);
    }

    [TestMethod]
    public void Metrics_are_those_of_ML_NETs_evaluator()
    {
        var model = ComparedStripes.Linear().Create(_stripes.Context).Fit(new RowSubset(_stripes.Rows, [0, 1, 2, 12, 13, 14, 15], 24));
        var scored = model.Transform(_stripes.Rows);
        var expected = _stripes.Context.MulticlassClassification.Evaluate(scored, topKPredictionCount: 1);
        var labels = LabelledRows.Read(_stripes.Rows, "Label", "data");
        var trial = new Evaluator(labels, new ComparisonOptions { TopK = 1 }).Evaluate(scored, null, new TrialResult { Candidate = "linear" });
        Assert.AreEqual(expected.MicroAccuracy, trial.Accuracy, 1e-12);
        Assert.AreEqual(expected.MacroAccuracy, trial.MacroAccuracy, 1e-12);
        Assert.AreEqual(expected.TopKAccuracy, trial.TopKAccuracy, 1e-12);
        Assert.AreEqual(expected.LogLoss, trial.LogLoss!.Value, 1e-6);
        foreach (var count in trial.Confusion)
            Assert.AreEqual(expected.ConfusionMatrix.Counts[count.Label][count.Predicted], count.Count);
    }

    [TestMethod]
    public void A_candidate_that_maps_text_labels_itself_gives_the_same_result()
    {
        var mapped = new TrainerCandidate("mapped", context => context.Transforms.Conversion.MapValueToKey("Label")
            .Append(ComparedStripes.Network("network").Create(context)));
        var options = new ComparisonOptions { Repeats = 1 };
        var texts = _stripes.Context.MulticlassClassification.CompareTrainers(_stripes.Texts, [mapped], options);
        var keys = _stripes.Compare(options, ComparedStripes.Network("network"));
        Assert.AreEqual(TrialState.Completed, texts.Trials[0].State, texts.Trials[0].Error);
        Assert.AreEqual(keys.Trials[0].LogLoss, texts.Trials[0].LogLoss);
    }

    [TestMethod]
    public void A_failing_trial_is_reported_and_ends_no_other()
    {
        var thrower = new TrainerCandidate("thrower", (Func<MLContext, IEstimator<ITransformer>>)(_ => throw new InvalidOperationException("no such setting")));
        var comparison = _stripes.Compare(
            new ComparisonOptions { Repeats = 2, Baseline = "network" }, ComparedStripes.Failing(), thrower, ComparedStripes.Network("network"));
        Assert.AreEqual("network", comparison.Leaderboard[0].Name);
        Assert.HasCount(2, comparison.Leaderboard[0].Trials);
        var failing = comparison.Leaderboard.Single(r => r.Name == "failing");
        Assert.IsEmpty(failing.Trials);
        Assert.HasCount(2, failing.FailedTrials);
        StringAssert.StartsWith(failing.FailedTrials[0].Error, nameof(NonFiniteLossException));
        Assert.AreEqual(ComparisonVerdict.Undecided, failing.Comparison!.Verdict);
        Assert.IsTrue(comparison.Notes.Any(n => n.Contains("'thrower': 2 of 2 trials failed. InvalidOperationException: no such setting", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_candidate_against_itself_under_other_seeds_is_noise()
    {
        var comparison = _stripes.Compare(
            new ComparisonOptions { TestSet = _stripes.Rows, Repeats = 5 }, ComparedStripes.Network("network"), ComparedStripes.Network("other seeds", seedOffset: 100));
        var other = comparison.Leaderboard.Single(r => r.Name == "other seeds");
        Assert.AreEqual(IntervalMethod.PairedT, other.Comparison!.Method);
        Assert.AreEqual(ComparisonVerdict.Noise, other.Comparison.Verdict, other.Comparison.ToString());
        Assert.AreEqual(100, other.Trials[0].Seed - comparison.Baseline!.Trials[0].Seed);
        Assert.AreNotEqual(comparison.Baseline.Trials[0].LogLoss, other.Trials[0].LogLoss);
        var again = _stripes.Compare(new ComparisonOptions { TestSet = _stripes.Rows, Repeats = 1 }, ComparedStripes.Network("network"));
        Assert.AreEqual(comparison.Baseline.Trials[0].LogLoss, again.Trials[0].LogLoss, "same seed, same bits");
    }

    [TestMethod]
    public void Halving_sends_its_best_sample_into_the_comparison()
    {
        var space = new SearchSpace<TrainingRecipe>(StripeFolder.Options().Recipe)
            .Choice("LearningRate", [1e-6, 0.5], (r, v) => r with { LearningRate = v })
            .Epochs(1, 3, (r, v) => r with { Epochs = v });
        var search = TrainerCandidate.SearchOf(
            "searched", space, (context, recipe) => ComparedStripes.Network("sample", _ => recipe).Create(context), samples: 3);
        var comparison = _stripes.Compare(
            new ComparisonOptions { Repeats = 2, Baseline = "network", Metric = ComparisonMetric.LogLoss }, ComparedStripes.Network("network"), search);
        var rung = comparison.Trials.Where(t => t.Rung == 1).ToList();
        Assert.HasCount(3, rung);
        Assert.IsTrue(rung.TrueForAll(t => t.Epochs == 1 && t.Seed == rung[0].Seed));
        var searched = comparison.Leaderboard.Single(r => r.Name == "searched");
        Assert.IsTrue(searched.Trials.All(t => t.Epochs == 3));
        Assert.AreEqual(rung.MinBy(t => t.LogLoss)!.Description, searched.Description);
        Assert.IsFalse(rung.Exists(t => t.Seed == searched.Trials[0].Seed), "the comparison has seeds of its own");
    }

    [TestMethod]
    public void The_best_model_is_kept_on_disk_and_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("tricks-models-");
        try
        {
            var comparison = _stripes.Compare(
                new ComparisonOptions { TestSet = _stripes.Rows, Repeats = 2, ModelFolder = folder.FullName }, ComparedStripes.Network("a/b"));
            Assert.AreEqual(Path.Combine(folder.FullName, "a%2Fb.zip"), comparison.BestRun!.ModelPath);
            Assert.HasCount(1, folder.GetFiles());
            Assert.AreEqual(1, comparison.Trials.Count(t => t.ModelPath is not null));
            var model = _stripes.Context.Model.Load(comparison.BestRun.ModelPath, out _);
            using (model as IDisposable)
                Assert.AreEqual(comparison.BestRun.Accuracy, _stripes.Context.MulticlassClassification.Evaluate(model.Transform(_stripes.Rows)).MicroAccuracy, 1e-12);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void All_faults_are_listed_together_and_unfit_labels_say_so()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _stripes.Compare(
            new ComparisonOptions
            {
                Baseline = "none",
                Folds = 1,
                TestSet = _stripes.Rows,
                TestFraction = 1,
                Repeats = 0,
                Level = 95,
                TopK = 0,
                WorstMistakes = -1,
                TimeBudget = TimeSpan.Zero,
                EpochBudget = 0,
                TrialBudget = 0,
                LabelColumnName = "",
                Metric = (ComparisonMetric)9,
            },
            ComparedStripes.Linear(), ComparedStripes.Linear()));
        foreach (var fault in new[]
        {
            "Several candidates are called 'linear'", "Baseline is 'none'", "Folds is 1", "TestSet and Folds are both set", "TestFraction is 1", "Repeats is 0", "Level is 95",
            "TopK is 0", "WorstMistakes is -1", "TimeBudget is 00:00:00", "EpochBudget is 0", "TrialBudget is 0", "LabelColumnName is empty", "Metric is 9",
        })
        {
            StringAssert.Contains(error.Message, fault);
        }

        var single = new RowSubset(_stripes.Texts, [0, 12, 13], 24);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _stripes.Context.MulticlassClassification.CompareTrainers(single, [ComparedStripes.Linear()])).Message,
            "The class 'horizontal' has 1 row");
    }

    [TestMethod]
    public void A_data_set_with_an_image_column_is_compared()
    {
        var images = _stripes.Context.Transforms.LoadImages("Image", null, "ImagePath").Fit(_stripes.Rows).Transform(_stripes.Rows);
        var comparison = _stripes.Context.MulticlassClassification.CompareTrainers(
            images,
            [
                new TrainerCandidate("network", context =>
                {
                    var options = StripeFolder.Options();
                    (options.Seed, options.ImageColumnName, options.ValidationFraction) = (null, "Image", 0.25);
                    return context.MulticlassClassification.Trainers.ConvNet(options);
                }),
            ],
            new ComparisonOptions { Folds = 2 });
        Assert.IsTrue(comparison.Trials.All(t => t.State == TrialState.Completed), comparison.Trials[0].Error);
        StringAssert.Contains(comparison.ToHtml(), "<!DOCTYPE html>");
    }
}
