using Tricks.Torch.Data;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Data;

[TestClass]
public class BatchLoaderTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Rows_come_in_the_order_of_the_plan_whatever_the_number_of_workers(int workers)
    {
        using var loader = new BatchLoader(Data(50), batchSize: 8, imageSize: 2, channels: 1, workers);
        var plan = BatchPlan.Shuffled(50, 8, seed: 1, epoch: 0);
        var seen = 0;
        foreach (var batch in loader.Batches(plan, (row, target) => target.Fill(row)))
        {
            CollectionAssert.AreEqual(plan[seen], batch.Rows.ToArray());
            using var scope = NewDisposeScope();
            CollectionAssert.AreEqual(plan[seen].Select(r => (float)r).ToArray(), batch.Images.amax([1, 2, 3]).data<float>().ToArray());
            CollectionAssert.AreEqual(plan[seen].Select(r => (long)(r % 2)).ToArray(), batch.Labels.data<long>().ToArray());
            seen++;
        }

        Assert.AreEqual(plan.Length, seen);
    }

    [TestMethod]
    public void A_row_that_fails_ends_the_epoch_with_its_own_exception()
    {
        using var loader = new BatchLoader(Data(50), 8, 2, 1);
        var error = Assert.ThrowsExactly<ImageDecodingException>(() =>
        {
            foreach (var _ in loader.Batches(BatchPlan.InOrder(50, 8), (row, target) => throw new ImageDecodingException($"row {row}", "is broken.")))
            {
            }
        });
        StringAssert.Contains(error.Message, "is broken");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Every_place_of_the_plan_is_filled_once_and_batches_stay_until_the_next(int workers)
    {
        const int Rows = 5000; // of a microsecond each, so that workers take runs of many
        using var loader = new BatchLoader(Data(Rows), batchSize: 7, imageSize: 2, channels: 1, workers);
        var filled = new int[Rows];
        var place = 0;
        var plan = BatchPlan.Shuffled(Rows, 7, seed: 2, epoch: 0);
        foreach (var batch in loader.BatchesOfSize(
            plan,
            (_, at, target) =>
            {
                Interlocked.Increment(ref filled[at]);
                target.Fill(at);
            },
            imageSize: 2,
            CancellationToken.None))
        {
            if (place % 100 == 0)
                Thread.Sleep(1); // time for workers to run into the buffer, if they could
            using var scope = NewDisposeScope();
            CollectionAssert.AreEqual(batch.Rows.Select((_, i) => (float)(place + i)).ToArray(), batch.Images.amin([1, 2, 3]).data<float>().ToArray());
            CollectionAssert.AreEqual(batch.Rows.Select((_, i) => (float)(place + i)).ToArray(), batch.Images.amax([1, 2, 3]).data<float>().ToArray());
            place += batch.Rows.Count;
        }

        Assert.AreEqual(Rows, place);
        Assert.IsTrue(filled.All(times => times == 1));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Batches_before_a_row_that_fails_are_handed_out(int workers)
    {
        using var loader = new BatchLoader(Data(50), batchSize: 5, imageSize: 2, channels: 1, workers);
        var batches = 0;
        Assert.ThrowsExactly<ImageDecodingException>(() =>
        {
            foreach (var _ in loader.Batches(BatchPlan.InOrder(50, 5), (row, _) =>
            {
                if (row == 42)
                    throw new ImageDecodingException("row 42", "is broken.");
                if (row is > 30 and < 42)
                    Thread.Sleep(20); // still under way when another thread meets the broken one
            }))
            {
                batches++;
            }
        });
        Assert.AreEqual(8, batches);
    }

    [TestMethod]
    public void Cancelling_ends_the_epoch_and_leaving_early_hangs_nothing()
    {
        using var loader = new BatchLoader(Data(50), 8, 2, 1);
        using var cancel = new CancellationTokenSource();
        var batches = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in loader.Batches(BatchPlan.InOrder(50, 8), (_, target) => target.Clear(), cancel.Token))
            {
                batches++;
                cancel.Cancel();
            }
        });
        Assert.AreEqual(1, batches);
        Assert.AreEqual(8, loader.Batches(BatchPlan.InOrder(50, 8), (_, target) => target.Clear()).First().Rows.Count, 1);
    }

    [TestMethod]
    public void A_source_that_gives_up_by_itself_is_an_error_and_no_short_epoch()
    {
        using var loader = new BatchLoader(Data(50), 8, 2, 1);
        Assert.ThrowsExactly<TaskCanceledException>(() => loader.Batches(
            BatchPlan.InOrder(50, 8), (row, _) => throw new TaskCanceledException("the download timed out")).Count());
    }

    [TestMethod]
    public void What_would_write_outside_the_buffers_is_refused()
    {
        var loader = new BatchLoader(Data(50), 8, 2, 1);
        BatchLoader.FillRow fill = (_, target) => target.Clear();
        var tooLarge = Assert.ThrowsExactly<ArgumentException>(() => loader.Batches(BatchPlan.InOrder(50, 16), fill));
        StringAssert.Contains(tooLarge.Message, "at most 8");
        using (var first = loader.Batches(BatchPlan.InOrder(50, 8), fill).GetEnumerator())
        {
            first.MoveNext();
            Assert.ThrowsExactly<InvalidOperationException>(() => loader.Batches(BatchPlan.InOrder(50, 8), fill).Count());
        }

        Assert.AreEqual(7, loader.Batches(BatchPlan.InOrder(50, 8), fill).Count());
        loader.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => loader.Batches(BatchPlan.InOrder(50, 8), fill).Count());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BatchLoader(Data(50), 1024, 448, 3));
    }

    [TestMethod]
    public void A_batch_that_its_user_disposed_comes_again_whole()
    {
        using var loader = new BatchLoader(Data(80), batchSize: 8, imageSize: 2, channels: 1);
        var place = 0;
        foreach (var batch in loader.Batches(BatchPlan.InOrder(80, 8), (row, target) => target.Fill(row)))
        {
            using (var scope = NewDisposeScope())
                CollectionAssert.AreEqual(Enumerable.Range(place, 8).Select(i => (float)i).ToArray(), batch.Images.amin([1, 2, 3]).data<float>().ToArray());
            batch.Images.Dispose();
            batch.Labels.Dispose();
            place += 8;
        }

        Assert.AreEqual(80, place);
    }

    [TestMethod]
    public void No_tensor_is_left_behind()
    {
        var before = Tensor.TotalCount;
        using (var loader = new BatchLoader(Data(20), 8, 2, 1))
        {
            foreach (var _ in loader.Batches(BatchPlan.InOrder(20, 8), (_, target) => target.Clear()))
            {
            }
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void A_cache_keeps_what_fits_and_changes_no_pixel()
    {
        var source = new CountingSource(10);
        var cached = new CachedImages(source, new MemoryBudget(3 * 4));
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < 10; i++)
                CollectionAssert.AreEqual(new byte[] { (byte)i, 0, 0, 0 }, cached.Read(i).Values);
        }

        Assert.AreEqual(12, cached.KeptBytes);
        Assert.AreEqual(10 + 7, source.Reads);
    }

    private static ImageDataset Data(int count) => new(
        new CountingSource(count), [.. Enumerable.Range(0, count).Select(i => i % 2)], ["even", "odd"]);

    private sealed class CountingSource(int count) : IImageSource
    {
        public int Reads { get; private set; }

        public int Count => count;

        public ImagePixels Read(int index)
        {
            Reads++;
            return new ImagePixels(2, 2, 1, [(byte)index, 0, 0, 0]);
        }

        public string NameOf(int index) => $"image {index}";
    }
}
