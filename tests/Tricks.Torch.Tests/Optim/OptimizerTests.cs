using Tricks.Torch.Optim;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Tests.Models;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;

namespace Tricks.Torch.Tests.Optim;

[TestClass]
public class OptimizerTests
{
    private static readonly string[] Names = ["sgd", "adam", "adamw", "lars"];

    public static IEnumerable<object[]> Cases =>
        from name in Names from type in new[] { ScalarType.Float64, ScalarType.Float32 } select new object[] { name, type };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Ten_steps_are_the_recorded_ones(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var network = Layer(type);
        using var optimizer = Create(name, network);
        Train(network, optimizer, 0, 10);
        Waves.AssertEqual(Waves.Recorded("optimizers", type.ToString().ToLowerInvariant(), name), Weights(network));
    }

    [TestMethod]
    [DataRow("sgd")]
    [DataRow("adam")]
    [DataRow("adamw")]
    [DataRow("lars")]
    public void A_loaded_state_continues_bit_for_bit(string name)
    {
        using var scope = NewDisposeScope();
        var (unbroken, first, second) = (Layer(ScalarType.Float32), Layer(ScalarType.Float32), Layer(ScalarType.Float32));
        using var whole = Create(name, unbroken);
        Train(unbroken, whole, 0, 10);

        using var before = Create(name, first);
        Train(first, before, 0, 4);
        var saved = before.State.Select(e => (e.Name, e.Value.clone())).ToList();
        Assert.IsNotEmpty(saved);
        second.load_state_dict(first.state_dict());
        using var after = Create(name, second);
        after.LoadState(saved);
        Train(second, after, 4, 10);
        Assert.IsTrue(Waves.Same(Weights(unbroken), Weights(second)));
        foreach (var ((a, x), (b, y)) in whole.State.Zip(after.State))
        {
            Assert.AreEqual(a, b);
            Assert.IsTrue(Waves.Same(x, y), a);
        }
    }

    [TestMethod]
    public void A_state_of_another_network_or_optimizer_is_refused_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        using var optimizer = Create("sgd", network);
        Train(network, optimizer, 0, 1);
        var before = optimizer.State.Select(e => e.Value.clone()).ToList();
        var misshapen = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([("weight.velocity", zeros(5))]));
        StringAssert.Contains(misshapen.Message, "weight.velocity is Float32 (5)");
        var unknown = Assert.ThrowsExactly<ArgumentException>(() => optimizer.LoadState([("weight.mean", zeros(3, 4))]));
        StringAssert.Contains(unknown.Message, "weight.mean");
        foreach (var (kept, now) in before.Zip(optimizer.State))
            Assert.IsTrue(Waves.Same(kept, now.Value));
    }

    [TestMethod]
    public void ZeroGrad_moves_nothing_and_forgets_the_gradients()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        using var optimizer = Create("adamw", network);
        SetGradients(network, 0);
        optimizer.ZeroGrad();
        var before = Weights(network);
        optimizer.Step(0.1);
        Assert.IsTrue(Waves.Same(before, Weights(network)));
        Assert.IsEmpty(optimizer.State);
    }

    [TestMethod]
    public void Without_decay_AdamW_is_Adam_and_the_first_step_is_the_rate_along_the_sign()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (Layer(ScalarType.Float64), Layer(ScalarType.Float64));
        var before = Weights(one);
        using var adam = new Adam(ParameterGroups.Of(one), 0, decoupled: false, epsilon: 1e-300);
        using var adamW = new Adam(ParameterGroups.Of(other), 0, decoupled: true, epsilon: 1e-300);
        SetGradients(one, 0);
        var sign = cat([one.weight!.grad!.flatten(), one.bias!.grad!]).sign();
        adam.Step(0.1); // m / (1 - b1) = g and s / (1 - b2) = g^2, whatever b1 and b2 are
        Assert.IsLessThan(1e-14, (before - (sign * 0.1) - Weights(one)).abs().max().item<double>());
        SetGradients(other, 0);
        adamW.Step(0.1);
        Train(one, adam, 1, 5);
        Train(other, adamW, 1, 5);
        Assert.IsTrue(Waves.Same(Weights(one), Weights(other)));
    }

    [TestMethod]
    public void Layers_of_zeros_move_by_the_plain_rate_under_LARS()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float64);
        using (no_grad())
            network.weight!.zero_();
        using var lars = new Lars(ParameterGroups.Of(network), 0, momentum: 0);
        SetGradients(network, 0);
        var gradient = network.weight!.grad!.clone();
        lars.Step(0.5);
        Assert.IsLessThan(1e-15, (network.weight! + (gradient * 0.5)).abs().max().item<double>());
    }

    [TestMethod]
    public void Steps_saving_and_loading_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        foreach (var name in Names)
        {
            TensorLeaks.AssertNone(() =>
            {
                using var inner = NewDisposeScope();
                using var optimizer = Create(name, network);
                Train(network, optimizer, 0, 2);
                using var other = Create(name, network);
                other.LoadState(optimizer.State);
            });
        }
    }

    private static Optimizer Create(string name, nn.Module<Tensor, Tensor> network)
    {
        var groups = ParameterGroups.Of(network, noBiasDecay: false);
        return name switch
        {
            "sgd" => new Sgd(groups, 0.01),
            "adam" => new Adam(groups, 0.01, decoupled: false, 0.8, 0.95, 1e-6),
            "adamw" => new Adam(groups, 0.01, decoupled: true, 0.8, 0.95, 1e-6),
            _ => new Lars(ParameterGroups.Of(network), 0.01, 0.9, 0.02),
        };
    }

    private static Linear Layer(ScalarType type)
    {
        var layer = nn.Linear(4, 3, dtype: type);
        using var noGradient = no_grad();
        layer.weight!.copy_(Waves.Of([3, 4], 1, type));
        layer.bias!.copy_(Waves.Of([3], 2, type));
        return layer;
    }

    private static void Train(Linear network, Optimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            SetGradients(network, step);
            optimizer.Step(0.1 / (1 + step));
        }
    }

    private static void SetGradients(Linear network, int step)
    {
        network.weight!.grad = Waves.Of([3, 4], 3.0 + step, network.weight.dtype);
        network.bias!.grad = Waves.Of([3], 5.0 + step, network.weight.dtype);
    }

    private static Tensor Weights(Linear network) => cat([network.weight!.detach().flatten(), network.bias!.detach()]);
}
