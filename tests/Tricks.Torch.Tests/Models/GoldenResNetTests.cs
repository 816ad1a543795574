using Tricks.Torch.Models;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Models;

/// <summary>Against PyTorch: torchvision's and timm's networks with the same weights and the same input.</summary>
[TestClass]
public sealed class GoldenResNetTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow("resnet18", "resnet18@tv")]
    [DataRow("resnet50", "resnet50@tv")]
    [DataRow("resnet18d", "resnet18d@timm")]
    [DataRow("resnet50c", "resnet50c@timm")]
    [DataRow("resnet50d", "resnet50d@timm")]
    public void Keys_shapes_count_and_logits_are_those_of_PyTorch(string name, string reference)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read(reference);
        using var network = Architecture.Parse(name).Build(1000);

        GoldenAssert.SameKeysAndCount(golden, network);
        GoldenAssert.SameLogitsInBothMemoryOrders(golden, network, TestContext);

        var before = network.call(golden.Input());
        ThroughFile(network);
        Assert.IsTrue(before.equal(network.call(golden.Input())).all().item<bool>(), "through a file");
    }

    /// <summary>Writes the weights as safetensors, overwrites them, and reads them back.</summary>
    private static void ThroughFile(Module<Tensor, Tensor> network)
    {
        using var file = new MemoryStream();
        Safetensors.Write(file, StateDict.Of(network));
        foreach (var (_, tensor) in StateDict.Of(network))
            tensor.zero_();
        file.Position = 0;
        using var content = Safetensors.Read(file);
        StateDict.Load(network, content.Tensors);
    }
}
