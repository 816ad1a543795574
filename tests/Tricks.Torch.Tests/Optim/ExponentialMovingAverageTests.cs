using TorchSharp.Modules;
using Tricks.Torch.Optim;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Tests.Models;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Optim;

[TestClass]
public class ExponentialMovingAverageTests
{
    [TestMethod]
    [DataRow(ScalarType.Float64, 0.9, false, "ema")]
    [DataRow(ScalarType.Float32, 0.9, false, "ema")]
    [DataRow(ScalarType.Float64, 0.5, true, "ema warm-up")]
    [DataRow(ScalarType.Float32, 0.5, true, "ema warm-up")]
    public void Ten_updates_are_those_of_PyTorchs_averaged_model(ScalarType type, double decay, bool warmUp, string recorded)
    {
        using var scope = NewDisposeScope();
        var network = Layer(type);
        Set(network, 1, 2);
        using var average = new ExponentialMovingAverage(network, decay, warmUp);
        for (var step = 0; step < 10; step++)
        {
            Set(network, 3 + step, 5 + step);
            average.Update();
        }

        average.Swap();
        Waves.AssertEqual(
            Waves.Recorded("optimizers", type.ToString().ToLowerInvariant(), recorded), cat([network.weight!.flatten(), network.bias!]));
    }

    [TestMethod]
    public void At_decay_0_the_average_is_the_network_and_swapping_twice_changes_no_bit()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        using var average = new ExponentialMovingAverage(network, 0);
        Set(network, 8, 9);
        average.Update();
        foreach (var (name, value) in network.state_dict())
            Assert.IsTrue(Waves.Same(value, average.State.Single(e => e.Name == name).Value), name);

        using var slow = new ExponentialMovingAverage(network, 0.9);
        Set(network, 1, 2);
        slow.Update();
        var before = network.weight!.clone();
        slow.Swap();
        Assert.IsFalse(Waves.Same(before, network.weight!));
        slow.Swap();
        Assert.IsTrue(Waves.Same(before, network.weight!));
    }

    [TestMethod]
    public void Statistics_of_normalisations_are_averaged_and_counters_copied()
    {
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm1d(2);
        using var average = new ExponentialMovingAverage(norm, 0.75, warmUp: false);
        norm.call(tensor(new float[] { 0, 2, 4, 6 }, 2, 2));
        norm.call(tensor(new float[] { 0, 2, 4, 6 }, 2, 2));
        average.Update();
        var state = average.State.ToDictionary(e => e.Name, e => e.Value);
        // means 2 and 4 at momentum 0.1, twice: 0.19 of them; a quarter of that into an average that began at 0
        Assert.AreEqual(0.19f * 2 / 4, state["running_mean"][0].item<float>(), 1e-6f);
        Assert.AreEqual(0.19f * 4 / 4, state["running_mean"][1].item<float>(), 1e-6f);
        Assert.AreEqual(2, state["num_batches_tracked"].item<long>());
    }

    [TestMethod]
    public void A_loaded_state_continues_bit_for_bit_and_another_networks_is_refused()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        using var whole = new ExponentialMovingAverage(network, 0.9);
        Set(network, 3, 4);
        whole.Update();
        using var resumed = new ExponentialMovingAverage(network, 0.9);
        resumed.LoadState(whole.State);
        Set(network, 5, 6);
        whole.Update();
        resumed.Update();
        foreach (var (a, b) in whole.State.Zip(resumed.State))
            Assert.IsTrue(Waves.Same(a.Value, b.Value), a.Name);

        using var other = new ExponentialMovingAverage(nn.Linear(2, 2), 0.9);
        var error = Assert.ThrowsExactly<ArgumentException>(() => resumed.LoadState(other.State));
        StringAssert.Contains(error.Message, "weight");
    }

    [TestMethod]
    public void Updating_swapping_and_disposing_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var network = Layer(ScalarType.Float32);
        TensorLeaks.AssertNone(() =>
        {
            using var average = new ExponentialMovingAverage(network, 0.9);
            average.Update();
            average.Swap();
        });
    }

    private static Linear Layer(ScalarType type)
    {
        var layer = nn.Linear(4, 3, dtype: type);
        return layer;
    }

    private static void Set(Linear layer, double weight, double bias)
    {
        using var noGradient = no_grad();
        layer.weight!.copy_(Waves.Of([3, 4], weight, layer.weight.dtype));
        layer.bias!.copy_(Waves.Of([3], bias, layer.weight.dtype));
    }
}
