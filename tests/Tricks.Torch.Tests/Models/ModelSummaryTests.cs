using Tricks.Torch.Models;

namespace Tricks.Torch.Tests.Models;

[TestClass]
public sealed class ModelSummaryTests
{
    [TestMethod]
    public void Layers_come_in_running_order_with_shapes_parameters_and_multiply_adds()
    {
        var layers = ModelSummary.Of(Architecture.CifarResNet(8, ResNetVariant.B), classes: 10, imageSize: 16).Layers;

        Assert.AreEqual("conv1", layers[0].Name);
        CollectionAssert.AreEqual((long[])[16, 16, 16], layers[0].OutputShape.ToArray());
        Assert.AreEqual(3L * 16 * 9, layers[0].Parameters);
        Assert.AreEqual(3L * 16 * 9 * 16 * 16, layers[0].MultiplyAdds);
        Assert.AreEqual(0L, layers[1].MultiplyAdds);
        var projection = layers.Single(layer => layer.Name == "layer2.0.downsample.0");
        CollectionAssert.AreEqual((long[])[32, 8, 8], projection.OutputShape.ToArray());
        Assert.AreEqual(16L * 32 * 8 * 8, projection.MultiplyAdds);
        Assert.AreEqual("fc", layers[^1].Name);
        Assert.AreEqual(650L, layers[^1].Parameters);
        Assert.AreEqual(640L, layers[^1].MultiplyAdds);
    }

    [TestMethod]
    public void The_table_is_aligned_and_ends_with_the_totals()
    {
        var lines = ModelSummary.Of(Architecture.CifarResNet(20), classes: 10).ToString().Split('\n');

        Assert.HasCount(1, lines.Select(line => line.Length).Distinct().ToList());
        Assert.StartsWith("Total", lines[^1]);
        Assert.Contains("269,722", lines[^1]);
    }

    [TestMethod]
    public void Summarising_changes_neither_modes_nor_statistics()
    {
        using var network = Architecture.CifarResNet(8).Build(10);
        network.train();
        network.named_children().Single(child => child.name == "layer2").module.eval();
        var modes = network.modules().Select(module => module.training).ToArray();

        ModelSummary.Of(network, imageSize: 32, inputChannels: 3);

        CollectionAssert.AreEqual(modes, network.modules().Select(module => module.training).ToArray());
        Assert.IsTrue(network.training);
        var counters = network.named_buffers().Where(buffer => buffer.name.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        Assert.IsTrue(counters.All(buffer => buffer.buffer.item<long>() == 0));
    }

    [TestMethod]
    public void Summarising_leaves_no_tensor_behind() =>
        TensorLeaks.AssertNone(() => ModelSummary.Of(Architecture.CifarResNet(8), classes: 10), parametersBuilt: 7 + (7 * 2) + 2);
}
