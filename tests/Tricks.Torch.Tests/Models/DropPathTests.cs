using Tricks.Torch.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public class DropPathTests
{
    [TestMethod]
    public void Probabilities_rise_to_the_rate_and_the_mean_stays()
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.D); // 4 blocks
        var paths = DropPath.Apply(network, 0.4);
        Assert.HasCount(4, paths);
        for (var block = 0; block < 4; block++)
        {
            var probability = 0.4 * (block + 1) / 4;
            paths[block].Begin(seed: 1, step: 0);
            var kept = paths[block].Of(ones(20000, 1, 1, 1)).flatten().data<float>().ToArray();
            Assert.IsTrue(kept.All(v => v == 0 || v == (float)(1 / (1 - probability))));
            Assert.AreEqual(probability, kept.Count(v => v == 0) / 20000.0, 0.015);
        }
    }

    [TestMethod]
    public void A_dropped_image_passes_through_the_shortcut_alone_and_evaluation_uses_all()
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetworks.Create(ResNetBlock.Bottleneck, ResNetVariant.D);
        var block = network.modules().OfType<Bottleneck>().ElementAt(1); // its shortcut is the identity
        var images = randn([64, 32, 4, 4], generator: new Generator(1)).relu();
        network.eval();
        var before = block.call(images);
        var path = DropPath.Apply(network, 0.99)[1];
        network.eval();
        Assert.IsTrue(block.call(images).eq(before).all().item<bool>());
        network.train();
        path.Begin(1, 0);
        var passed = block.call(images).eq(images).flatten(1).all(1).sum().item<long>(); // 0.495 of the images
        Assert.AreEqual(32, passed, 14);
    }

    [TestMethod]
    public void The_same_step_drops_alike_split_or_whole_and_another_step_otherwise()
    {
        using var scope = NewDisposeScope();
        using var network = TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B);
        var path = DropPath.Apply(network, 0.5)[^1];
        Tensor Drawn(long step, params int[] parts)
        {
            path.Begin(7, step);
            return cat([.. parts.Select(rows => path.Of(ones(rows, 1, 1, 1)))]);
        }

        Assert.IsTrue(Drawn(3, 64).eq(Drawn(3, 20, 44)).all().item<bool>());
        Assert.IsFalse(Drawn(3, 64).eq(Drawn(4, 64)).all().item<bool>());
    }

    [TestMethod]
    public void Rate_0_switches_off_and_a_network_without_shortcuts_is_refused()
    {
        using var network = TinyNetworks.Create(ResNetBlock.Basic, ResNetVariant.B);
        DropPath.Apply(network, 0.5);
        Assert.IsEmpty(DropPath.Apply(network, 0));
        Assert.IsTrue(network.modules().OfType<IDropPath>().All(block => block.DropPath is null));
        using var plain = Architecture.CifarPlainNet(20).Build(3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => DropPath.Apply(plain, 0.1)).Message, "no residual blocks");
    }
}
