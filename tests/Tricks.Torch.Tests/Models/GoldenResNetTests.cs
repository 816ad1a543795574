using Tricks.Torch.Models;
using Tricks.Torch.Tests.Golden;
using static TorchSharp.torch;

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
        var architecture = Architecture.Parse(name);
        using var network = architecture.Build(1000);

        GoldenAssert.SameKeysAndCount(golden, network);
        GoldenAssert.SameLogitsInBothMemoryOrders(golden, network, TestContext);
        GoldenAssert.SameLogitsThroughAFile(golden, network, architecture, TestContext);
    }
}
