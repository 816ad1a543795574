using Tricks.Torch.Models;
using Tricks.Torch.Tests.Golden;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Models;

/// <summary>Against PyTorch: torchvision's and timm's networks, and networks written in plain operators, with the same weights and input.</summary>
[TestClass]
public sealed class GoldenArchitectureTests
{
    private const string OwnReferences = "architectures.json";

    public required TestContext TestContext { get; init; }

    // Parameters without the auxiliary classifier, and multiply-adds at the default size, as torchvision and fvcore count them.
    [TestMethod]
    [DataRow("inception_v3", "inception_v3@tv", 23_834_568L, 5.713)]
    [DataRow("vgg16_bn", "vgg16_bn@tv", 138_365_992L, 15.470)]
    [DataRow("wide_resnet50_2", "wide_resnet50_2@tv", 68_883_240L, 11.398)]
    [DataRow("densenet121", "densenet121@tv", 7_978_856L, 2.834)]
    [DataRow("mobilenetv1_100", "mobilenetv1_100@timm", 4_231_976L, 0.569)]
    public void Keys_shapes_counts_and_logits_are_those_of_PyTorch(string name, string reference, long parameters, double billions)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read(reference);
        var architecture = Architecture.Parse(name);
        using var network = architecture.Build(1000);

        GoldenAssert.SameKeysAndCount(golden, network);
        GoldenAssert.SameLogitsInBothMemoryOrders(golden, network, TestContext);
        GoldenAssert.SameLogitsThroughAFile(golden, network, architecture, TestContext);
        var summary = ModelSummary.Of(network, architecture.DefaultImageSize, inputChannels: 3);
        Assert.AreEqual(parameters, summary.Parameters);
        Assert.AreEqual(billions, summary.MultiplyAdds / 1e9, 0.0006);
    }

    [TestMethod]
    [DataRow("resnet18_v2")]
    [DataRow("resnet18_v2_cifar")]
    [DataRow("resnet50_v2")]
    [DataRow("wrn_16_2")]
    [DataRow("mobilenetv1_050_relu")]
    [DataRow("mobilenetv1_025")]
    [DataRow("lenet5")]
    public void Keys_shapes_count_and_logits_are_those_of_plain_operators(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read(name, OwnReferences);
        var architecture = Architecture.Parse(name);
        using var network = architecture.Build(10, golden.InputChannels, golden.ImageSize);

        GoldenAssert.SameKeysAndCount(golden, network);
        GoldenAssert.SameLogitsInBothMemoryOrders(golden, network, TestContext);
        GoldenAssert.SameLogitsThroughAFile(golden, network, architecture, TestContext);
    }

    [TestMethod]
    public void A_narrow_VGG_without_normalisation_is_that_of_plain_operators()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read("vgg_tiny", OwnReferences);
        using var network = TinyNetworks.Vgg(norm: false);

        GoldenAssert.SameKeysAndCount(golden, network);
        GoldenAssert.SameLogitsInBothMemoryOrders(golden, network, TestContext);
    }

    /// <summary>torchvision's weights expect its transform_input; here a preprocessing with mean and deviation 127.5 stands for it.</summary>
    [TestMethod]
    public void Inception_on_images_in_minus_1_to_1_gives_what_torchvision_gives_with_transform_input()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Architecture.InceptionV3.Build(10, imageSize: 75);

        GoldenAssert.SameLogitsInBothMemoryOrders(GoldenModel.Read("inception_v3_transform_input", OwnReferences), network, TestContext);
    }

    [TestMethod]
    public void Inceptions_auxiliary_logits_are_torchvisions()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var golden = GoldenModel.Read("inception_v3_auxiliary", OwnReferences);
        using var network = Architecture.InceptionV3.Build(10);
        GoldenModel.FillWeights(network);
        network.eval();
        var input = golden.Input();

        var (logits, auxiliary) = ((IAuxiliaryClassifier)network).CallWithAuxiliary(input);

        GoldenAssert.SameLogits(golden, auxiliary, "auxiliary", TestContext);
        Assert.IsTrue(logits.equal(network.call(input)).all().item<bool>());
    }
}
