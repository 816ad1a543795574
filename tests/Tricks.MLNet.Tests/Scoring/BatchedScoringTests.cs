using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>However the rows are read, a row's scores are those of its image alone.</summary>
[TestClass]
public sealed class BatchedScoringTests
{
    private const int Count = 45;
    private static TestImages images = null!;
    private static float[][] alone = null!;
    private static readonly MLContext Context = new(seed: 1);

    [ClassInitialize]
    public static void WriteImagesAndScoreThemOneByOne(TestContext _)
    {
        images = TestImages.WriteFiles(Count);
        using var model = TestModel.Create(Context, batchSize: 1);
        alone = TestModel.Scores(model.Transform(TestModel.Paths(Context, images.Paths)));
    }

    [ClassCleanup]
    public static void RemoveImages() => images.Dispose();

    private static IDataView Data => TestModel.Paths(Context, images.Paths);

    [TestMethod]
    public void The_test_images_have_scores_that_differ()
    {
        Assert.IsTrue(alone.All(row => MathF.Abs(row.Sum() - 1) < 1e-5f));
        Assert.HasCount(Count, alone.Select(row => row[0]).Distinct());
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(32)]
    [DataRow(Count)]
    [DataRow(1000)]
    public void A_batch_gives_every_row_the_scores_it_has_alone(int batchSize)
    {
        using var model = TestModel.Create(Context, batchSize: batchSize);
        TestModel.AssertClose(alone, TestModel.Scores(model.Transform(Data)));
    }

    [TestMethod]
    public void Equal_batches_give_equal_bits()
    {
        using var model = TestModel.Create(Context);
        var scored = model.Transform(Data);
        TestModel.AssertSame(TestModel.Scores(scored), TestModel.Scores(scored));
    }

    [TestMethod]
    public void The_predicted_label_is_the_class_of_the_largest_score()
    {
        using var model = TestModel.Create(Context, batchSize: 7);
        foreach (var row in Context.Data.CreateEnumerable<Prediction>(model.Transform(Data), reuseRowObject: false))
            Assert.AreEqual((uint)Array.IndexOf(row.Score, row.Score.Max()) + 1, row.PredictedLabel);
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_scores()
    {
        using var model = TestModel.Create(Context, batchSize: 7);
        AssertRowsKeepTheirScores(model.Transform(Context.Data.ShuffleRows(Data, seed: 5)), mustBeReordered: true);
        AssertRowsKeepTheirScores(Context.Data.ShuffleRows(model.Transform(Data), seed: 5), mustBeReordered: true);
    }

    [TestMethod]
    public void A_set_of_parallel_cursors_sees_every_row_once_with_its_scores()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        var scored = model.Transform(Data);
        var seen = new float[Count][];
        Parallel.ForEach(scored.GetRowCursorSet(scored.Schema, 4), cursor =>
        {
            using (cursor)
            {
                var number = cursor.GetGetter<int>(cursor.Schema["Number"]);
                var score = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
                var (index, values) = (0, default(VBuffer<float>));
                while (cursor.MoveNext())
                {
                    number(ref index);
                    score(ref values);
                    Assert.IsNull(Interlocked.Exchange(ref seen[index], [.. values.DenseValues()]), $"row {index} was seen twice");
                }
            }
        });
        TestModel.AssertClose(alone, seen);
    }

    [TestMethod]
    public void Taken_previewed_and_cached_rows_keep_their_scores()
    {
        using var model = TestModel.Create(Context, batchSize: 7);
        var scored = model.Transform(Data);
        TestModel.AssertClose(alone[..5], TestModel.Scores(Context.Data.TakeRows(scored, 5)));
        TestModel.AssertClose(alone[3..5], TestModel.Scores(Context.Data.TakeRows(Context.Data.SkipRows(scored, 3), 2)));
        TestModel.AssertClose(alone, TestModel.Scores(model.Transform(Context.Data.Cache(Data))));
        TestModel.AssertClose(alone, TestModel.Scores(Context.Data.Cache(scored)));
        var preview = scored.Preview(maxRows: 10).ColumnView.Single(column => column.Column.Name == "Score");
        TestModel.AssertClose(alone[..10], [.. preview.Values.Cast<VBuffer<float>>().Select(v => v.DenseValues().ToArray())]);
    }

    [TestMethod]
    public void A_prediction_engine_gives_the_scores_of_a_row_alone()
    {
        using var model = TestModel.Create(Context);
        using var engine = Context.Model.CreatePredictionEngine<PathRow, Prediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        var scores = images.Paths.Select(path => engine.Predict(new PathRow { ImagePath = path }).Score.ToArray()).ToArray();
        TestModel.AssertSame(alone, scores);
    }

    [TestMethod]
    public void Three_threads_may_score_with_one_model()
    {
        using var model = TestModel.Create(Context, batchSize: 8);
        var expected = TestModel.Scores(model.Transform(Data));
        var results = new float[3][][];
        Parallel.For(0, 3, i => results[i] = TestModel.Scores(model.Transform(Data)));
        foreach (var scores in results)
            TestModel.AssertClose(expected, scores);
    }

    [TestMethod]
    public void A_cursor_knows_its_position_and_refuses_to_be_read_off_a_row()
    {
        using var model = TestModel.Create(Context, batchSize: 4);
        var scored = model.Transform(Data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var score = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
        var values = default(VBuffer<float>);
        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => score(ref values));
        for (var i = 0; i < Count; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(i, cursor.Position);
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1, cursor.Position);
    }

    [TestMethod]
    public void The_row_count_and_the_permission_to_shuffle_are_those_of_the_input()
    {
        using var model = TestModel.Create(Context);
        Assert.AreEqual(Count, model.Transform(Data).GetRowCount());
        Assert.AreEqual(Data.CanShuffle, model.Transform(Data).CanShuffle);
        var cached = Context.Data.Cache(Data);
        Assert.IsTrue(cached.CanShuffle);
        Assert.IsTrue(model.Transform(cached).CanShuffle);
        var filtered = Context.Data.FilterRowsByColumn(Context.Transforms.Conversion.ConvertType("Float", "Number", DataKind.Single).Fit(Data).Transform(Data), "Float", upperBound: 3);
        Assert.IsNull(model.Transform(filtered).GetRowCount());
        TestModel.AssertClose(alone[..3], TestModel.Scores(model.Transform(filtered)));
    }

    private static void AssertRowsKeepTheirScores(IDataView scored, bool mustBeReordered)
    {
        var rows = Context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: false).ToList();
        Assert.AreEqual(mustBeReordered, !rows.Select(row => row.Number).SequenceEqual(Enumerable.Range(0, Count)));
        TestModel.AssertClose(alone, [.. rows.OrderBy(row => row.Number).Select(row => row.Score)]);
        Assert.IsTrue(rows.All(row => row.ImagePath == images.Paths[row.Number]));
    }
}
