using Tricks.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class ShortcutTests
{
    [TestMethod]
    public void Zero_gamma_sets_the_known_number_of_elements_and_no_shortcut()
    {
        Assert.AreEqual(1_920L, ZeroGammaElements("resnet18"));
        Assert.AreEqual(1_920L, ZeroGammaElements("resnet18d_cifar"));
        Assert.AreEqual(15_104L, ZeroGammaElements("resnet50"));
        Assert.AreEqual(15_104L, ZeroGammaElements("resnet50d"));
        Assert.AreEqual(3L * (16 + 32 + 64), ZeroGammaElements("cifar_resnet20"));
        Assert.AreEqual(0L, ZeroGammaElements("cifar_plainnet20"));
    }

    [TestMethod]
    [DataRow("Basic", 8, 8, 1)]
    [DataRow("Basic", 8, 16, 2)]
    [DataRow("Bottleneck", 8, 8, 1)]
    [DataRow("Bottleneck", 8, 16, 2)]
    public void A_block_whose_last_gamma_is_0_is_its_shortcut(string kind, int inChannels, int channels, int stride)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var shortcut = Shortcut.Create(ShortcutKind.Projection, ResNetVariant.D, inChannels, channels, stride);
        using Module<Tensor, Tensor> block = kind == "Basic"
            ? new BasicBlock(inChannels, channels, stride, shortcut)
            : new Bottleneck(inChannels, channels, stride, ResNetVariant.D, shortcut);
        XavierInitialisation.Apply(block, seed: 3);
        var x = Counting(2, inChannels, 5, 5);
        var expected = shortcut.call(x).relu();
        Assert.IsFalse(block.call(x).allclose(expected), "Before zero gamma the residual branch adds something.");

        using var root = Sequential(("block", block));
        ZeroGamma.Apply(root);

        Assert.IsTrue(block.call(x).allclose(shortcut.call(x).relu()));
        if (stride == 1)
            Assert.IsTrue(block.call(x).equal(x).all().item<bool>(), "x is not negative, so the block is the identity.");
    }

    [TestMethod]
    public void Zero_padding_takes_every_second_pixel_and_appends_empty_channels()
    {
        using var scope = NewDisposeScope();
        using var shortcut = Shortcut.Create(ShortcutKind.ZeroPadding, ResNetVariant.A, 1, 3, 2);

        var y = shortcut.call(Counting(1, 1, 3, 3));            // 0 1 2 / 3 4 5 / 6 7 8

        CollectionAssert.AreEqual((long[])[1, 3, 2, 2], y.shape);
        CollectionAssert.AreEqual((float[])[0, 2, 6, 8, 0, 0, 0, 0, 0, 0, 0, 0], y.contiguous().data<float>().ToArray());
    }

    [TestMethod]
    public void Variant_D_averages_two_by_two_and_the_pixels_there_are_at_an_odd_edge()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var shortcut = Shortcut.Create(ShortcutKind.Projection, ResNetVariant.D, 1, 1, 2);
        shortcut.named_parameters().Single(parameter => parameter.name == "1.weight").parameter.fill_(1);
        shortcut.eval();                                        // running mean 0, variance 1: divides by sqrt(1 + 1e-5)

        var y = shortcut.call(Counting(1, 1, 3, 3)) * Math.Sqrt(1 + 1e-5);

        var expected = tensor((float[])[(0 + 1 + 3 + 4) / 4f, (2 + 5) / 2f, (6 + 7) / 2f, 8], [1, 1, 2, 2]);
        Assert.IsTrue(y.allclose(expected, 1e-6, 1e-6));
    }

    [TestMethod]
    public void Equal_shapes_need_no_shortcut_layer()
    {
        using var shortcut = Shortcut.Create(ShortcutKind.Projection, ResNetVariant.D, 64, 64, 1);

        Assert.IsFalse(shortcut.parameters().Any());
    }

    private static long ZeroGammaElements(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.Parse(name).Build(10);
        var elements = ZeroGamma.Apply(network);
        var gammas = network.named_parameters().Where(parameter => parameter.parameter.dim() == 1 && parameter.name.EndsWith("weight", StringComparison.Ordinal));
        var zeros = gammas.Where(gamma => gamma.parameter.eq(0).all().item<bool>()).ToList();
        Assert.AreEqual(elements, zeros.Sum(gamma => gamma.parameter.numel()));
        Assert.IsFalse(zeros.Any(gamma => gamma.name.Contains("downsample", StringComparison.Ordinal)));
        return elements;
    }

    private static Tensor Counting(params long[] shape) =>
        arange(shape.Aggregate(1L, (product, side) => product * side), ScalarType.Float32).reshape(shape);
}
