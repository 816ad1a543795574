using Tricks.Torch.Optim;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Optim;

[TestClass]
public class FusedSgdTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Two_steps_in_channels_last_order_are_the_formula(bool nesterov)
    {
        const double Decay = 0.1;
        const double Momentum = 0.9;
        const double Rate = 0.5;
        using var scope = NewDisposeScope();
        Tensor Random(ulong seed) => MemoryFormat.ToChannelsLast(rand([8, 4, 3, 3], ScalarType.Float64, generator: new Generator(seed)));
        var (w, v) = (Random(1), zeros_like(Random(1)));
        var (expectedW, expectedV) = (w.clone(), v.clone());
        for (var step = 0; step < 2; step++)
        {
            var gradient = Random((ulong)step + 2);
            var g = gradient + (Decay * expectedW);
            expectedV = (Momentum * expectedV) + g;
            expectedW = expectedW - (Rate * (nesterov ? g + (Momentum * expectedV) : expectedV));
            FusedSgd.Step([w], [gradient], [v], Decay, Momentum, Rate, nesterov);
        }

        Assert.IsLessThan(1e-12, (w - expectedW).abs().max().item<double>());
        Assert.IsLessThan(1e-12, (v - expectedV).abs().max().item<double>());
    }

    [TestMethod]
    public void A_gradient_in_another_memory_order_moves_the_right_weights()
    {
        using var scope = NewDisposeScope();
        var conv = nn.Conv2d(3, 5, 3, dtype: ScalarType.Float64);
        MemoryFormat.ToChannelsLast(nn.Sequential(conv));
        var before = conv.weight!.detach().clone();
        var gradient = rand([5, 3, 3, 3], ScalarType.Float64, generator: new Generator(1)); // contiguous
        conv.weight.grad = gradient.clone();
        using var sgd = new Sgd(ParameterGroups.Of(nn.Sequential(conv)), weightDecay: 0, momentum: 0.9, nesterov: false);
        sgd.Step(0.5);
        Assert.IsLessThan(1e-12, (conv.weight - (before - (0.5 * gradient))).abs().max().item<double>());
    }
}
