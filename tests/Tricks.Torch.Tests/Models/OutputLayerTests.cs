using Tricks.Torch.Models;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Which layer is the head.</summary>
[TestClass]
public sealed class OutputLayerTests
{
    private static IEnumerable<object[]> Networks => TinyNetworks.Families.Append("cifar_resnet8d").Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void It_reads_the_features_and_gives_the_logits_of_every_family(string name)
    {
        var (network, _) = TinyNetworks.Family(name);
        using var owned = network;

        var (layerName, layer) = OutputLayer.Of(network);

        CollectionAssert.AreEqual(new[] { 10L, ((IFeatureExtractor)network).FeatureCount }, layer.weight!.shape);
        Assert.AreSame(layer, network.named_modules().Single(entry => entry.name == layerName).module);
        Assert.DoesNotContain("Aux", layerName);
    }

    [TestMethod]
    public void A_linear_layer_deep_inside_is_not_the_head()
    {
        using var network = Sequential(
            ("blocks", Sequential(("0", Sequential(("gate", Linear(4, 4)))), ("1", Linear(4, 6)))),
            ("fc", Linear(6, 3)));

        Assert.AreEqual("fc", OutputLayer.Of(network).Name);
        Assert.AreEqual("", OutputLayer.Of(Linear(2, 2)).Name);
    }

    [TestMethod]
    public void A_network_without_one_is_an_error_that_says_so() =>
        Assert.Contains("no fully connected layer", Assert.ThrowsExactly<ArgumentException>(() => OutputLayer.Of(Sequential(("0", Flatten())))).Message);
}
