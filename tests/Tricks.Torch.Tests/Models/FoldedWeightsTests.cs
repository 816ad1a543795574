using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>A network with its normalisations folded into its convolutions is the same network.</summary>
[TestClass]
public sealed class FoldedWeightsTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Networks = new()
    {
        ["plain"] = () => TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B, shortcut: ShortcutKind.None),
        ["resnet_v2"] = () => TinyNetworks.ResNetV2(bottleneck: false, Stem.ImageNet),
        ["resnet_v2_bottleneck"] = () => TinyNetworks.ResNetV2(bottleneck: true, Stem.Cifar),
        ["vgg"] = () => TinyNetworks.Vgg(norm: false),
        ["vgg_bn"] = () => TinyNetworks.Vgg(norm: true),
        ["wide"] = () => Architecture.Parse("wrn_10_1").Build(10),
        ["densenet"] = () => Initialised(new DenseNet([2, 2], growth: 8, classes: 10, inputChannels: 3)),
        ["inception"] = () => Architecture.Parse("inception_v3").Build(10, imageSize: 75),
        ["mobilenet"] = () => Architecture.Parse("mobilenetv1_025").Build(10),
        ["mobilenet_relu"] = () => Architecture.Parse("mobilenetv1_025_relu").Build(10),
        ["lenet5"] = () => Architecture.Parse("lenet5").Build(10),
        ["of a user"] = () => new UserNetwork(),
    };

    static FoldedWeightsTests()
    {
        foreach (var block in Enum.GetValues<ResNetBlock>())
        {
            foreach (var variant in Enum.GetValues<ResNetVariant>())
            {
                Blocks[$"{block} {variant}"] = () => Residual(block, variant);
                foreach (var stem in Enum.GetValues<Stem>())
                    Networks[$"{block} {variant} {stem}"] = () => TinyNetworks.Create(block, variant, stem);
            }
        }
    }

    private static IEnumerable<object[]> Names => Networks.Keys.Select(name => new object[] { name });

    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Blocks = new()
    {
        ["plain"] = () => new PlainBlock(16, 32, stride: 2),
        ["pre-activation"] = () => new PreActivationBasicBlock(16, 32, stride: 2, "downsample"),
        ["pre-activation, same shape"] = () => new PreActivationBasicBlock(16, 16, stride: 1, "downsample"),
        ["pre-activation bottleneck"] = () => new PreActivationBottleneck(16, 64, stride: 2),
        ["dense layer"] = () => new DenseLayer(16, growth: 8),
        ["dense transition"] = () => new DenseTransition(16),
        ["depthwise separable"] = () => new DepthwiseSeparableBlock(16, 32, stride: 2, x => x.relu6_()),
        ["inception A"] = () => InceptionModule.A(16, poolChannels: 32, width: 0.25),
        ["inception B"] = () => InceptionModule.B(16, width: 0.25),
        ["inception C"] = () => InceptionModule.C(16, middleChannels: 128, width: 0.25),
        ["inception D"] = () => InceptionModule.D(16, width: 0.25),
        ["inception E"] = () => InceptionModule.E(16, width: 0.25),
        ["biased, normalised"] = () => (Module<Tensor, Tensor>)TinyNetworks.Vgg(norm: true).named_children().First().module,
        ["zero-padded shortcut"] = () => new BasicBlock(16, 32, stride: 2, new ZeroPaddedShortcut(16, 32, stride: 2)),
        ["deep stem"] = () => new DeepStem(16, 32),
    };

    private static IEnumerable<object[]> BlockNames => Blocks.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(BlockNames))]
    public void A_folded_block_is_the_block_in_float64(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var block = Initialised(Blocks[name]());
        block.eval();
        Perturb(block);
        block.to(ScalarType.Float64);
        manual_seed(7);
        var x = MemoryFormat.ToChannelsLast(randn(2, name == "biased, normalised" ? 3 : 16, 33, 33, dtype: ScalarType.Float64)); // an odd size too
        using var folded = new FoldedWeights();
        var (expected, actual) = (block.call(x), folded.Use(() => block.call(x)));
        Assert.IsGreaterThan(0.01, expected.std().item<double>());
        Assert.IsLessThan(1e-10, ((actual - expected).norm() / expected.norm()).item<double>());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_folded_network_is_the_network_in_float32(string name) => Compare(name, ScalarType.Float32, tolerance: 1e-5);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_folded_network_is_near_the_network_in_bfloat16(string name) => Compare(name, ScalarType.BFloat16, tolerance: 0.1); // 2^-9 a rounding, over up to 95 layers

    [TestMethod]
    public void Every_convolution_before_a_normalisation_is_folded_and_none_behind_one()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.B);
        network.eval();
        var calls = new List<Tensor>();
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
            norm.register_forward_hook((_, _, output) => { calls.Add(output); return output; });
        using var folded = new FoldedWeights();
        folded.Use(() => network.call(rand(2, 3, 16, 16)));
        Assert.IsEmpty(calls);

        using var preActivation = TinyNetworks.ResNetV2(bottleneck: true, Stem.ImageNet);
        preActivation.eval();
        var unfolded = 0;
        foreach (var norm in preActivation.modules().OfType<BatchNorm2d>())
            norm.register_forward_hook((_, _, output) => { unfolded++; return output; });
        using var others = new FoldedWeights();
        others.Use(() => preActivation.call(rand(2, 3, 32, 32)));
        Assert.AreEqual(6, unfolded); // of the image, first in each of four blocks, and the last
    }

    [TestMethod]
    public void The_network_is_not_changed_and_nothing_is_left_behind()
    {
        using var network = TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.D);
        network.eval();
        Perturb(network);
        TensorLeaks.AssertNone(() =>
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            using var folded = new FoldedWeights();
            var images = rand(2, 3, 16, 16);
            var before = network.call(images);
            folded.Use(() => network.call(images));
            Assert.IsNull(FoldedWeights.Current);
            Assert.IsTrue(before.equal(network.call(images)).all().item<bool>());
        });
    }

    private static void Compare(string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Networks[name]();
        network.eval();
        Perturb(network);
        manual_seed(7);
        var images = MemoryFormat.ToChannelsLast(rand(2, 3, 75, 75));
        var expected = network.call(images);
        using var folded = new FoldedWeights();
        var actual = folded.Use(() => network.call(images.to(type)));
        var distance = ((actual - expected).norm() / expected.norm()).to(ScalarType.Float64).item<double>();
        Assert.IsGreaterThan(0.01, expected.std().to(ScalarType.Float64).item<double>());
        Assert.IsLessThan(tolerance, distance, name);
    }

    /// <summary>Normalisations as after a training: none is the identity.</summary>
    private static void Perturb(nn.Module network)
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var norm in network.modules().OfType<BatchNorm2d>())
        {
            norm.running_mean!.copy_((rand(norm.running_mean.shape) - 0.5) * 0.4);
            norm.running_var!.copy_(rand(norm.running_var.shape) + 0.3);
            norm.weight?.copy_(rand(norm.weight.shape) + 0.5);
            norm.bias?.copy_((rand(norm.bias.shape) - 0.5) * 0.4);
        }
    }

    private static Module<Tensor, Tensor> Residual(ResNetBlock block, ResNetVariant variant)
    {
        var shortcut = Shortcut.Create(ShortcutKind.Projection, variant, 16, 64, stride: 2);
        return block == ResNetBlock.Basic
            ? new BasicBlock(16, 64, stride: 2, shortcut)
            : new Bottleneck(16, 64, stride: 2, variant, shortcut);
    }

    private static Module<Tensor, Tensor> Initialised(Module<Tensor, Tensor> network)
    {
        XavierInitialisation.Apply(network, seed: 0);
        return network;
    }

    /// <summary>libtorch's own modules, which are left alone, and one of ours between them.</summary>
    private sealed class UserNetwork : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d bn;
        private readonly PointwiseConv2d mix = new(16, 32);
        private readonly BatchNorm2d bn2;
        private readonly Linear fc;

        internal UserNetwork()
            : base(nameof(UserNetwork))
        {
            conv = Conv2d(3, 16, 3, padding: 1);
            bn = BatchNorm2d(16);
            bn2 = BatchNorm2d(32);
            fc = Linear(32, 10);
            RegisterComponents();
            XavierInitialisation.Apply(this, seed: 0);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var type = input.dtype == ScalarType.BFloat16 ? ScalarType.Float32 : input.dtype;
            var y = bn.call(conv.call(input.to(type))).relu_();
            y = bn2.call(mix.call(y)).relu_();
            return fc.call(y.mean([2, 3])).MoveToOuterDisposeScope();
        }
    }
}
