using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Weights;

[TestClass]
public sealed class StateDictTests
{
    [TestMethod]
    [DataRow("resnet18", 122)]
    [DataRow("resnet50", 320)]
    [DataRow("resnet50d", 332)]
    public void The_number_of_entries_is_PyTorchs(string name, int entries)
    {
        using var network = Architecture.Parse(name).Build(10);

        Assert.HasCount(entries, StateDict.Of(network));
        CollectionAssert.AreEquivalent(network.state_dict().Keys, StateDict.Of(network).Select(entry => entry.Name).ToArray());
    }

    [TestMethod]
    public void Missing_unexpected_and_misshapen_entries_are_listed_in_one_error_and_nothing_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        using var other = Network();
        XavierInitialisation.Apply(other, seed: 9);
        List<NamedTensor> weights = [.. StateDict.Of(other).Where(entry => entry.Name != "layer1.0.bn1.bias")];
        weights[weights.FindIndex(entry => entry.Name == "fc.weight")] = new("fc.weight", zeros(1000, 64));
        weights[weights.FindIndex(entry => entry.Name == "fc.bias")] = new("fc.bias", zeros(10, ScalarType.Int64));
        weights.Add(new("head.weight", zeros(1)));
        weights.Add(weights[0]);
        var before = network.parameters().First().clone();

        var error = Assert.ThrowsExactly<WeightsMismatchException>(() => StateDict.Load(network, weights));

        CollectionAssert.AreEqual((string[])["layer1.0.bn1.bias"], error.Missing.ToArray());
        CollectionAssert.AreEqual((string[])["head.weight", "conv1.weight"], error.Unexpected.ToArray());
        Assert.HasCount(2, error.Misshapen);
        foreach (var part in (string[])["layer1.0.bn1.bias", "head.weight", "(1000, 64)", "(10, 64)", "Int64 (10)"])
            Assert.Contains(part, error.Message);
        Assert.IsTrue(network.parameters().First().equal(before).all().item<bool>());
    }

    [TestMethod]
    public void Loading_keeps_the_memory_order_and_the_type_of_the_network()
    {
        using var scope = NewDisposeScope();
        using var network = MemoryFormat.ToChannelsLast(Network());
        using var other = Network();
        XavierInitialisation.Apply(other, seed: 9);
        var strides = network.parameters().Select(parameter => string.Join(",", parameter.stride())).ToArray();

        StateDict.Load(network, StateDict.Of(other).Select(entry => new NamedTensor(entry.Name, entry.Tensor.is_floating_point() ? entry.Tensor.to(ScalarType.Float64) : entry.Tensor)));

        CollectionAssert.AreEqual(strides, network.parameters().Select(parameter => string.Join(",", parameter.stride())).ToArray());
        foreach (var (target, source) in StateDict.Of(network).Zip(StateDict.Of(other)))
        {
            Assert.AreEqual(source.Tensor.dtype, target.Tensor.dtype, target.Name);
            Assert.IsTrue(target.Tensor.equal(source.Tensor).all().item<bool>(), target.Name);
        }
    }

    [TestMethod]
    public void Old_files_without_batch_counters_load_and_the_counters_become_0()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        using var other = Network();
        var counter = StateDict.Of(network).First(entry => entry.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Tensor;
        counter.fill_(5);

        StateDict.Load(network, StateDict.Of(other).Where(entry => !entry.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)));

        Assert.AreEqual(0L, counter.item<long>());
    }

    private static Module<Tensor, Tensor> Network() => Architecture.CifarResNet(8).Build(10);
}
