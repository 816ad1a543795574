using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class ResNetForwardTests
{
    [TestMethod]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.A, Stem.ImageNet, ShortcutKind.Projection, 33)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.B, Stem.ImageNet, ShortcutKind.Projection, 45)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.C, Stem.ImageNet, ShortcutKind.Projection, 37)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.D, Stem.ImageNet, ShortcutKind.Projection, 41)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.D, Stem.ImageNet, ShortcutKind.Projection, 63)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.D, Stem.Cifar, ShortcutKind.Projection, 9)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.A, Stem.Cifar, ShortcutKind.ZeroPadding, 7)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, Stem.Cifar, ShortcutKind.ZeroPadding, 15)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.B, Stem.Cifar, ShortcutKind.Projection, 13)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, Stem.Cifar, ShortcutKind.None, 5)]
    public void Odd_sizes_and_gray_images_give_finite_logits_equal_in_both_memory_orders(
        ResNetBlock block, ResNetVariant variant, Stem stem, ShortcutKind shortcut, int size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = TinyNetworks.Create(block, variant, stem, shortcut, inputChannels: 1);
        network.eval();
        var images = Images(3, 1, size);

        var contiguous = network.call(images);
        var channelsLast = MemoryFormat.ToChannelsLast(network).call(MemoryFormat.ToChannelsLast(images));

        CollectionAssert.AreEqual((long[])[3, 7], contiguous.shape);
        Assert.IsGreaterThan(0.0, Norm(contiguous));
        Assert.IsTrue(double.IsFinite(Norm(contiguous)));
        Assert.IsLessThan(1e-5, Norm(contiguous - channelsLast) / Norm(contiguous));
    }

    [TestMethod]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.A, Stem.Cifar, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.B, Stem.Cifar, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.C, Stem.ImageNet, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.D, Stem.ImageNet, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.D, Stem.Cifar, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, Stem.Cifar, ShortcutKind.ZeroPadding)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, Stem.Cifar, ShortcutKind.None)]
    public void A_backward_pass_reaches_every_parameter(ResNetBlock block, ResNetVariant variant, Stem stem, ShortcutKind shortcut)
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetworks.Create(block, variant, stem, shortcut);
        MemoryFormat.ToChannelsLast(network);
        var images = MemoryFormat.ToChannelsLast(Images(4, 3, 32));

        functional.cross_entropy(network.call(images), tensor((long[])[0, 1, 2, 3])).backward();

        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.IsNotNull(parameter.grad, name);
            Assert.IsTrue(double.IsFinite(Norm(parameter.grad)), name);
            Assert.IsGreaterThan(0.0, Norm(parameter.grad), name);
        }
    }

    /// <summary>The three have equal parameters in equal order, and must still be three functions.</summary>
    [TestMethod]
    public void Variants_with_the_same_parameters_compute_different_functions()
    {
        using var scope = NewDisposeScope();
        var a = Logits(TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.A));
        var b = Logits(TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.B));
        var d = Logits(TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.D));

        Assert.IsGreaterThan(0.01, Norm(a - b) / Norm(a));
        Assert.IsGreaterThan(0.01, Norm(b - d) / Norm(b));
        Assert.IsGreaterThan(0.01, Norm(a - d) / Norm(a));
    }

    [TestMethod]
    public void Variants_documented_as_the_same_network_are_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var basicA = Logits(TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.A));
        var basicB = Logits(TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B));
        var cifarB = Logits(TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.B));
        var cifarC = Logits(TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.C));

        Assert.IsTrue(basicA.equal(basicB).all().item<bool>());
        Assert.IsTrue(cifarB.equal(cifarC).all().item<bool>());
    }

    [TestMethod]
    public void Bfloat16_input_computes_in_bfloat16_and_returns_float32_logits_and_gradients()
    {
        using var scope = NewDisposeScope();
        using var network = MemoryFormat.ToChannelsLast(Architecture.CifarResNet(20, ResNetVariant.D).Build(10));
        network.eval();
        var images = MemoryFormat.ToChannelsLast(Images(2, 3, 32));

        var exact = network.call(images);
        var rounded = network.call(images.to(ScalarType.BFloat16));
        rounded.sum().backward();

        Assert.AreEqual(ScalarType.Float32, rounded.dtype);
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad!.dtype == ScalarType.Float32));
        var difference = Norm(exact - rounded) / Norm(exact);
        Assert.IsLessThan(0.05, difference);
        Assert.IsGreaterThan(1e-5, difference, "Nothing was computed in bfloat16.");
    }

    [TestMethod]
    public void Features_are_what_the_classifier_reads()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.D);
        network.eval();
        var images = Images(2, 3, 32);

        var features = network.Features(images);
        var fc = network.named_children().Single(child => child.name == "fc").module;

        CollectionAssert.AreEqual((long[])[2, 64], features.shape);
        Assert.AreEqual(8 * 2 * 4, network.FeatureCount);
        Assert.IsTrue(((Module<Tensor, Tensor>)fc).call(features).allclose(network.call(images)));
    }

    [TestMethod]
    public void A_network_built_inside_a_dispose_scope_outlives_it()
    {
        Module<Tensor, Tensor> network;
        using (NewDisposeScope())
            network = Architecture.CifarResNet(8, ResNetVariant.D).Build(10);
        using var scope = NewDisposeScope();

        CollectionAssert.AreEqual((long[])[2, 10], network.call(Images(2, 3, 32)).shape);
        network.Dispose();
    }

    [TestMethod]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, ShortcutKind.ZeroPadding)]
    [DataRow(ResNetBlock.Basic, ResNetVariant.A, ShortcutKind.None)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.B, ShortcutKind.Projection)]
    [DataRow(ResNetBlock.Bottleneck, ResNetVariant.D, ShortcutKind.Projection)]
    public void A_training_step_without_a_scope_leaves_no_tensor_behind(ResNetBlock block, ResNetVariant variant, ShortcutKind shortcut)
    {
        using var probe = TinyNetworks.Create(block, variant, Stem.ImageNet, shortcut);

        TensorLeaks.AssertNone(() => TrainOneStep(TinyNetworks.Create(block, variant, Stem.ImageNet, shortcut)), probe.parameters().Count());
    }

    private static void TrainOneStep(ResNet network)
    {
        using var images = Images(2, 3, 32);
        using (var logits = network.call(images))
        using (var sum = logits.sum())
            sum.backward();
        foreach (var parameter in network.parameters())
            parameter.grad?.Dispose();
        network.Dispose();
    }

    private static Tensor Logits(ResNet network)
    {
        using var noGradient = no_grad();
        network.eval();
        var logits = network.call(Images(2, 3, 32));
        network.Dispose();
        return logits;
    }

    private static Tensor Images(int count, int channels, int size)
    {
        var values = Enumerable.Range(0, count * channels * size * size).Select(i => (float)Math.Sin((0.7 * i) + (0.001 * i * i)));
        return tensor(values.ToArray(), [count, channels, size, size]);
    }

    private static double Norm(Tensor x)
    {
        using var norm = x.detach().to(ScalarType.Float64).norm();
        return norm.item<double>();
    }
}
