using Microsoft.ML;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>The number format of scoring: what it changes, that it is kept, what is refused.</summary>
[TestClass]
public sealed class ScoringPrecisionTests
{
    private const int Count = 24;
    private static readonly MLContext Context = new(seed: 1);
    private static TestImages images = null!;

    [ClassInitialize]
    public static void WriteImages(TestContext _) => images = TestImages.WriteFiles(Count);

    [ClassCleanup]
    public static void RemoveImages() => images.Dispose();

    private static IDataView Data => TestModel.Paths(Context, images.Paths);

    [TestMethod]
    [DataRow(1)]
    [DataRow(24)]
    public void Float32_scores_are_those_of_the_plain_network(int batchSize)
    {
        using var model = TestModel.Create(Context, batchSize: batchSize);
        var folded = TestModel.Scores(model.Transform(Data));
        using var plain = KernelSwitch.PlainScope();
        TestModel.AssertClose(TestModel.Scores(model.Transform(Data)), folded, tolerance: 1e-5f);
    }

    [TestMethod]
    public void BFloat16_scores_are_near_and_not_the_same()
    {
        using var model = TestModel.Create(Context);
        var exact = TestModel.Scores(model.Transform(Data));
        model.ScoringPrecision = Precision.BFloat16;
        var rounded = TestModel.Scores(model.Transform(Data));
        TestModel.AssertClose(exact, rounded, tolerance: 0.1f);
        Assert.IsTrue(exact.Zip(rounded).Any(pair => !pair.First.SequenceEqual(pair.Second)));
        model.ScoringPrecision = Precision.Float32;
        TestModel.AssertSame(exact, TestModel.Scores(model.Transform(Data)));
    }

    [TestMethod]
    public void The_precision_is_kept_in_the_file_and_the_scores_with_it()
    {
        using var model = TestModel.Create(Context);
        model.ScoringPrecision = Precision.BFloat16;
        using var file = new MemoryStream();
        Context.Model.Save(model, Data.Schema, file);
        file.Position = 0;
        using var loaded = (ImageScoringTransformer)Context.Model.Load(file, out _);
        Assert.AreEqual(Precision.BFloat16, loaded.ScoringPrecision);
        TestModel.AssertSame(TestModel.Scores(model.Transform(Data)), TestModel.Scores(loaded.Transform(Data)));
    }

    [TestMethod]
    public void A_value_that_cannot_be_is_refused_and_the_old_one_stays()
    {
        using var model = TestModel.Create(Context);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.ScoringPrecision = (Precision)9).Message, "it must be one of Float32, BFloat16, Float16");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.ScoringPrecision = Precision.Float16).Message, "needs a GPU");
        Assert.AreEqual(Precision.Float32, model.ScoringPrecision);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.ScoringPrecision = Precision.BFloat16);
    }

    [TestMethod]
    public void Of_several_images_that_fail_on_several_threads_the_first_is_named()
    {
        using var model = TestModel.Create(Context);
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => model.Model.Score(
                Count, i => i is 9 or 20 ? throw new InvalidOperationException($"image {i}") : new(32, 32, 3, new byte[32 * 32 * 3])));
            Assert.AreEqual("image 9", error.Message);
        }
    }

    [TestMethod]
    public void Threads_that_score_leave_the_number_of_libtorchs_threads_as_it_was()
    {
        var before = TorchSharp.torch.get_num_threads();
        var inPart = new int[2];
        ScoringThreads.Run(2, part => inPart[part] = TorchSharp.torch.get_num_threads());
        CollectionAssert.AreEqual((int[])[1, 1], inPart);
        Assert.AreEqual(before, TorchSharp.torch.get_num_threads());
        var onANewThread = 0;
        var thread = new Thread(() => onANewThread = TorchSharp.torch.get_num_threads());
        thread.Start();
        thread.Join();
        Assert.AreEqual(before, onANewThread);
    }
}
