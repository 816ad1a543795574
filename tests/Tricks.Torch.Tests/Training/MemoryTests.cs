using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Training;

[TestClass]
public class MemoryTests
{
    [TestMethod]
    public void Resident_memory_is_flat_over_two_thousand_steps()
    {
        using var network = Stripes.Network();
        var data = Stripes.Images(32);
        using var step = new TrainingStep(network, Stripes.Recipe, classes: 3, stepsPerEpoch: 1000, seed: 1, CPU);
        using var loader = new BatchLoader(data, 16, Stripes.Size, channels: 1);
        var transform = new TrainingTransform(Augmentation.SmallImage, Stripes.Preprocessing);
        var plan = Enumerable.Range(0, 2500).SelectMany(e => BatchPlan.Shuffled(16, 16, seed: 1, e)).ToArray();
        network.train();
        var (steps, before, tensors) = (0, 0L, 0L);
        foreach (var batch in loader.Batches(plan, (row, target) => transform.Apply(data.Read(row), new SeededRandom(1, 0, row), target)))
        {
            step.Run(batch, steps++);
            if (steps == 500) // warm: allocator, thread pool and just-in-time compiler have what they need
                (before, tensors) = (ResidentMemory.Bytes(), Tensor.TotalCount);
        }

        var growth = ResidentMemory.Bytes() - before;
        Assert.AreEqual(2500, steps);
        Assert.AreEqual(tensors, Tensor.TotalCount, 2); // the views of a batch in flight
        Assert.IsLessThan(20L << 20, growth, $"resident memory grew by {growth >> 10} KiB over 2,000 steps");
    }

    [TestMethod]
    public void No_tensor_is_left_after_a_run_an_exception_and_a_cancellation()
    {
        using var network = Stripes.Network();
        TensorLeaks.AssertNone(() =>
        {
            using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(12, 1000), Stripes.Options());
            loop.Run();
        });
        TensorLeaks.AssertNone(() =>
        {
            var broken = new ImageDataset(new BrokenSource(48), Stripes.Images(48).Labels, Stripes.ClassNames);
            using var loop = new TrainingLoop(network, broken, null, Stripes.Options());
            Assert.ThrowsExactly<ImageDecodingException>(() => loop.Run());
        });
        TensorLeaks.AssertNone(() =>
        {
            using var cancel = new CancellationTokenSource();
            using var loop = new TrainingLoop(network, Stripes.Images(48), Stripes.Images(12, 1000), Stripes.Options());
            Assert.Throws<OperationCanceledException>(() => loop.Run(new CancelAtFirst(cancel), cancel.Token));
        });
    }

    private sealed class BrokenSource(int count) : IImageSource
    {
        public int Count => count;

        public ImagePixels Read(int index) => index == 30
            ? throw new ImageDecodingException(NameOf(index), "is broken.")
            : new ImagePixels(Stripes.Size, Stripes.Size, 1, new byte[Stripes.Size * Stripes.Size]);

        public string NameOf(int index) => $"image {index}";
    }

    private sealed class CancelAtFirst(CancellationTokenSource cancel) : IProgress<EpochResult>
    {
        public void Report(EpochResult value) => cancel.Cancel();
    }
}
