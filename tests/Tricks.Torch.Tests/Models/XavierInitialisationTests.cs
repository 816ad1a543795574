using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class XavierInitialisationTests
{
    [TestMethod]
    public void Weights_fill_the_Glorot_interval_with_its_mean_and_variance()
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.CifarResNet(20, ResNetVariant.D).Build(100);

        foreach (var (name, weight) in network.named_parameters().Where(parameter => parameter.parameter.dim() >= 2))
        {
            var receptive = weight.dim() == 4 ? weight.shape[2] * weight.shape[3] : 1;
            var bound = Math.Sqrt(6.0 / ((weight.shape[0] * receptive) + (weight.shape[1] * receptive)));
            var w = weight.detach().to(ScalarType.Float64);
            var count = (double)weight.numel();
            Assert.IsLessThanOrEqualTo(bound * (1 + 1e-6), w.abs().max().item<double>(), name);
            Assert.IsGreaterThan(bound * 0.98, w.abs().max().item<double>(), name);
            Assert.AreEqual(0, w.mean().item<double>() / bound, 5 / Math.Sqrt(3 * count), name);  // five standard errors
            Assert.AreEqual(1, (w * w).mean().item<double>() * 3 / (bound * bound), 5 / Math.Sqrt(1.25 * count), name);
        }
    }

    /// <summary>Each output of a depthwise convolution has one input channel, and each input one output: fanIn = fanOut = 9.</summary>
    [TestMethod]
    public void A_depthwise_weight_fills_the_interval_of_its_own_fans()
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.MobileNetV1.Build(10, imageSize: 32);
        var weights = network.named_parameters().Where(entry => entry.name.EndsWith("conv_dw.weight", StringComparison.Ordinal)).ToList();

        Assert.HasCount(13, weights);
        foreach (var (name, weight) in weights)
        {
            var greatest = weight.abs().max().item<float>();
            Assert.IsLessThanOrEqualTo(Math.Sqrt(6.0 / 18) * (1 + 1e-6), greatest, name);
            Assert.IsGreaterThan(Math.Sqrt(6.0 / 18) * 0.95, greatest, name);
        }
    }

    [TestMethod]
    public void Norms_start_as_the_identity_and_biases_at_0()
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.CifarResNet(8, ResNetVariant.D).Build(10);
        using (no_grad())
        {
            foreach (var state in network.parameters().Concat(network.buffers()))
                state.fill_(7);
        }

        XavierInitialisation.Apply(network, seed: 0);

        foreach (var (name, state) in network.named_parameters().Select(entry => (entry.name, state: (Tensor)entry.parameter)).Concat(network.named_buffers()))
        {
            if (state.dim() >= 2)
                continue;
            var one = name.EndsWith("weight", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal);
            Assert.IsTrue(state.eq(one ? 1 : 0).all().item<bool>(), name);
        }
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_in_either_memory_order_and_another_seed_others()
    {
        using var scope = NewDisposeScope();
        using var one = Architecture.CifarResNet(20, ResNetVariant.D).Build(10);
        using var other = MemoryFormat.ToChannelsLast(Architecture.CifarResNet(20, ResNetVariant.D).Build(10));
        Assert.IsTrue(Equal(one, other), "Build starts every network with seed 0.");

        XavierInitialisation.Apply(one, seed: 1);
        Assert.IsFalse(Equal(one, other));
        XavierInitialisation.Apply(other, seed: 1);
        Assert.IsTrue(Equal(one, other));
    }

    [TestMethod]
    public void Two_weights_of_one_shape_are_drawn_apart()
    {
        using var scope = NewDisposeScope();
        using var network = Architecture.CifarResNet(20).Build(10);
        var weights = network.parameters().Where(weight => weight.shape.SequenceEqual((long[])[16, 16, 3, 3])).ToList();

        Assert.HasCount(6, weights);
        Assert.IsFalse(weights.Skip(1).Any(weight => weight.equal(weights[0]).any().item<bool>() && weight.allclose(weights[0])));
    }

    private static bool Equal(Module<Tensor, Tensor> one, Module<Tensor, Tensor> other) =>
        one.parameters().Zip(other.parameters()).All(pair => pair.First.equal(pair.Second).all().item<bool>());
}
