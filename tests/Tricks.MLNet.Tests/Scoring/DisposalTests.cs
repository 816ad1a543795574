using Microsoft.ML;
using TorchSharp;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>A model's end is clean, and using it afterwards is an exception that says what happened.</summary>
[TestClass]
public sealed class DisposalTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void A_disposed_model_says_that_it_was_disposed_and_how_to_keep_it()
    {
        using var images = TestImages.WriteFiles(1);
        var model = TestModel.Create(Context);
        using (Context.Model.CreatePredictionEngine<PathRow, Prediction>(model))
        {
            // Its end is the model's end, ML.NET's default.
        }

        var error = Assert.ThrowsExactly<ObjectDisposedException>(
            () => TestModel.Scores(model.Transform(TestModel.Paths(Context, images.Paths))));
        StringAssert.Contains(error.Message, "OwnsTransformer = false");
        using var stream = new MemoryStream();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Context.Model.Save(model, null, stream));
        model.Dispose();
    }

    [TestMethod]
    public void An_engine_that_does_not_own_its_model_leaves_it_usable()
    {
        using var images = TestImages.WriteFiles(1);
        using var model = TestModel.Create(Context);
        for (var i = 0; i < 2; i++)
        {
            using var engine = Context.Model.CreatePredictionEngine<PathRow, Prediction>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            Assert.AreEqual(1, engine.Predict(new PathRow { ImagePath = images.Paths[0] }).Score.Sum(), 1e-5);
        }
    }

    [TestMethod]
    public void Scoring_failing_and_disposing_leave_no_tensor_behind()
    {
        using var images = TestImages.WriteFiles(5);
        var before = torch.Tensor.TotalCount;
        var parameters = 0;
        using (var model = TestModel.Create(Context, batchSize: 2))
        {
            parameters = model.Model.Network.parameters().Count();
            TestModel.Scores(model.Transform(TestModel.Paths(Context, images.Paths))); // folds the weights, which live as long as the model
            var alive = torch.Tensor.TotalCount;
            Assert.IsGreaterThan(before, alive);
            TestModel.Scores(model.Transform(TestModel.Paths(Context, images.Paths)));
            Assert.Throws<Exception>(() => TestModel.Scores(model.Transform(TestModel.Paths(Context, ["missing.png"]))));
            Assert.AreEqual(alive, torch.Tensor.TotalCount);
        }

        // TorchSharp 0.107 counts the tensor that a Parameter takes over once more, for ever.
        Assert.AreEqual(before + parameters, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Disposing_while_threads_score_ends_in_scores_or_a_clear_exception()
    {
        using var images = TestImages.WriteFiles(20);
        var model = TestModel.Create(Context, batchSize: 4);
        using var started = new Barrier(3);
        Parallel.For(0, 3, i =>
        {
            started.SignalAndWait();
            if (i == 2)
            {
                model.Dispose();
                return;
            }

            try
            {
                Assert.HasCount(20, TestModel.Scores(model.Transform(TestModel.Paths(Context, images.Paths))));
            }
            catch (ObjectDisposedException e)
            {
                StringAssert.Contains(e.Message, "The model was disposed.");
            }
        });
    }
}
