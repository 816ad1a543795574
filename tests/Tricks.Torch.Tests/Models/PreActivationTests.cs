using Tricks.Torch.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class PreActivationTests
{
    /// <summary>Basic blocks 9 c^2 each, bottlenecks c^2/4 (c after the block).</summary>
    [TestMethod]
    public void Zero_gamma_sets_the_last_weight_of_every_pre_activation_block()
    {
        Assert.AreEqual(9L * ((16 * 16) + (32 * 32) + (64 * 64)), Elements("wrn_10_1"));
        Assert.AreEqual(2 * 9L * ((64 * 64) + (128 * 128) + (256 * 256) + (512 * 512)), Elements("resnet18_v2_cifar"));
        Assert.AreEqual(
            ((3L * 256 * 256) + (4 * 512 * 512) + (6 * 1024 * 1024) + (3 * 2048 * 2048)) / 4, Elements("resnet50_v2_cifar"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_block_with_zero_gamma_is_its_input_and_its_last_weight_still_learns(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> block = bottleneck
            ? new PreActivationBottleneck(8, 8, stride: 1)
            : new PreActivationBasicBlock(8, 8, stride: 1, "downsample");
        XavierInitialisation.Apply(block, seed: 3);
        var x = arange(2 * 8 * 5 * 5, ScalarType.Float32).reshape(2, 8, 5, 5).sin();
        using (no_grad())
            Assert.IsFalse(block.call(x).allclose(x), "Before zero gamma the residual branch adds something.");

        using var root = Sequential(("block", block));
        ZeroGamma.Apply(root);
        var y = block.call(x);
        y.square().sum().backward();

        Assert.IsTrue(y.equal(x).all().item<bool>());
        var last = ((IPreActivationBlock)block).LastWeight;
        Assert.IsTrue(last.grad!.ne(0).any().item<bool>(), "A gradient of 0 would leave the block dead.");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Drop_path_leaves_an_image_as_it_is(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = TinyNetworks.ResNetV2(bottleneck, Stem.Cifar);
        var block = (Module<Tensor, Tensor>)network.modules().OfType<IPreActivationBlock>().ElementAt(1); // its shortcut is the identity
        var images = arange(64 * 32 * 4 * 4, ScalarType.Float32).reshape(64, 32, 4, 4).sin().narrow(1, 0, bottleneck ? 32 : 8);
        var path = DropPath.Apply(network, 0.99)[1];
        network.train();
        path.Begin(1, 0);

        var passed = block.call(images).eq(images).flatten(1).all(1).sum().item<long>(); // 0.495 of the images

        Assert.AreEqual(32, passed, 14);
    }

    private static long Elements(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.Parse(name).Build(10);
        var elements = ZeroGamma.Apply(network);
        Assert.AreEqual(elements, network.parameters().Where(parameter => parameter.dim() == 4).Sum(weight => weight.eq(0).sum().item<long>()));
        return elements;
    }
}
