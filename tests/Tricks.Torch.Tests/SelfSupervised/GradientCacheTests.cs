using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Losses;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.SelfSupervised;

[TestClass]
public class GradientCacheTests
{
    private const double Temperature = 0.5;

    [TestMethod]
    [DataRow(12, 4)]
    [DataRow(11, 3)]
    public void Gradient_loss_and_running_statistics_are_those_of_one_pass_with_the_same_chunks(int images, int chunkSize)
    {
        using var scope = NewDisposeScope();
        var views = Views(images);
        var chunks = GradientCache.Chunks(images, chunkSize);
        Assert.IsGreaterThan(2, chunks.Length);

        using var cached = new TinyNetwork();
        var (loss, embeddings) = GradientCache.Backward(cached.Network, views, chunks, Temperature);

        using var whole = new TinyNetwork();
        var (first, second) = (new List<Tensor>(), new List<Tensor>());
        foreach (var (from, to) in chunks)
        {
            var z = whole.Network.Embed(cat([views[from..to], views[(images + from)..(images + to)]]));
            first.Add(z[..(to - from)]);
            second.Add(z[(to - from)..]);
        }

        var expected = NtXentLoss.Of(cat([.. first]), cat([.. second]), Temperature);
        expected.backward();

        Assert.AreEqual(expected.item<double>(), loss, 1e-12);
        CollectionAssert.AreEqual(new long[] { 2 * images, 4 }, embeddings.shape);
        foreach (var ((name, value), (_, other)) in cached.Parameters().Zip(whole.Parameters()))
            Assert.AreEqual(0, (value.grad! - other.grad!).abs().max().item<double>(), 1e-9, name);
        foreach (var ((name, buffer), (_, other)) in cached.Encoder.named_buffers().Zip(whole.Encoder.named_buffers()))
            Assert.AreEqual(0, (buffer - other).abs().max().to(ScalarType.Float64).item<double>(), 1e-12, name);
    }

    [TestMethod]
    public void The_step_takes_chunks_where_the_recipe_says_so()
    {
        using var scope = NewDisposeScope();
        var views = Views(6);
        using var one = new TinyNetwork();
        using var chunked = new TinyNetwork();
        using var oneStep = new SimClrStep(one.Network, TinyNetwork.Recipe, 1);
        using var chunkedStep = new SimClrStep(chunked.Network, TinyNetwork.Recipe with { ChunkSize = 3 }, 1);
        Assert.AreNotEqual(oneStep.Backward(views).Loss, chunkedStep.Backward(views).Loss); // batch normalisation sees the chunk
        using var large = new TinyNetwork();
        using var largeStep = new SimClrStep(large.Network, TinyNetwork.Recipe with { ChunkSize = 6 }, 1);
        Assert.AreEqual(oneStep.Backward(views).Loss, largeStep.Backward(views).Loss);
    }

    [TestMethod]
    [DataRow(1024, 100)]
    [DataRow(9, 2)]
    [DataRow(3, 2)]
    [DataRow(2, 2)]
    public void Chunks_cover_every_image_once_and_have_two_at_least(int images, int size)
    {
        var chunks = GradientCache.Chunks(images, size);
        var next = 0;
        foreach (var (from, to) in chunks)
        {
            Assert.AreEqual(next, from);
            Assert.IsGreaterThanOrEqualTo(2, to - from);
            Assert.IsLessThanOrEqualTo(size + 1, to - from); // a chunk of one image joins its neighbour
            next = to;
        }

        Assert.AreEqual(images, next);
    }

    [TestMethod]
    public void Leaves_no_tensor_behind()
    {
        using var network = new TinyNetwork();
        using var step = new SimClrStep(network.Network, TinyNetwork.Recipe with { ChunkSize = 2 }, 1);
        TensorLeaks.AssertNone(() =>
        {
            using var views = Views(6);
            step.Run(views, 0);
        });
    }

    private static Tensor Views(int images)
    {
        using var scope = NewDisposeScope();
        return arange(2 * images * 3 * 6 * 6, ScalarType.Float64).mul(0.37).sin().view(2 * images, 3, 6, 6).MoveToOuterDisposeScope();
    }

    /// <summary>An encoder and a head in float64, equal at every call.</summary>
    private sealed class TinyNetwork : IDisposable
    {
        public static readonly SimClrRecipe Recipe = new() { HeadHiddenSize = 5, HeadOutputSize = 4, Temperature = Temperature };

        public TinyNetwork()
        {
            XavierInitialisation.Apply(Encoder, seed: 1);
            Network = new SimClrNetwork(Encoder, Recipe, seed: 1);
            Network.Head.to(ScalarType.Float64);
            using (no_grad())
            {
                foreach (var (_, bias) in Network.Head.named_parameters().Where(p => p.name.EndsWith("bias", StringComparison.Ordinal)))
                    bias.fill_(0.1); // an embedding of length 0 has no finite gradient
            }

            Encoder.to(ScalarType.Float64);
            Encoder.train();
        }

        public ConvolutionalEncoder Encoder { get; } = new();

        public SimClrNetwork Network { get; }

        public IEnumerable<(string Name, Parameter Value)> Parameters() =>
            Encoder.named_parameters().Concat(Network.Head.named_parameters());

        public void Dispose()
        {
            Network.Dispose();
            Encoder.Dispose();
        }
    }

    private sealed class ConvolutionalEncoder : Module<Tensor, Tensor>, IFeatureExtractor
    {
        private readonly Conv2d conv = Conv2d(3, 6, 3, bias: false);
        private readonly BatchNorm2d bn = BatchNorm2d(6);

        public ConvolutionalEncoder()
            : base(nameof(ConvolutionalEncoder)) => RegisterComponents();

        public int FeatureCount => 6;

        public Tensor Features(Tensor images)
        {
            using var scope = NewDisposeScope();
            return bn.call(conv.call(images)).relu().mean([2, 3]).MoveToOuterDisposeScope();
        }

        public override Tensor forward(Tensor input) => Features(input);
    }
}
