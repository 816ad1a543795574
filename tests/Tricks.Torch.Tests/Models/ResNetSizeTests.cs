using Tricks.Torch.Models;

namespace Tricks.Torch.Tests.Models;

/// <summary>Sizes of correct models: torchvision's and timm's counts, and multiply-adds counted by other tools.</summary>
[TestClass]
public sealed class ResNetSizeTests
{
    [TestMethod]
    [DataRow("resnet18", 11_689_512L, 1.814)]
    [DataRow("resnet34", 21_797_672L, 3.664)]
    [DataRow("resnet50a", 25_557_032L, 3.858)]
    [DataRow("resnet50", 25_557_032L, 4.089)]
    [DataRow("resnet50c", 25_576_264L, 4.329)]
    [DataRow("resnet50d", 25_576_264L, 4.329)]
    [DataRow("resnet101", 44_549_160L, 7.801)]
    [DataRow("resnet152", 60_192_808L, 11.514)]
    [DataRow("resnet18d", 11_708_744L, 2.054)]
    [DataRow("resnet34d", 21_816_904L, 3.903)]
    [DataRow("resnet101d", 44_568_392L, 8.041)]
    [DataRow("resnet152d", 60_212_040L, 11.753)]
    public void An_ImageNet_network_has_the_known_parameters_and_multiply_adds(string name, long parameters, double billions)
    {
        var summary = ModelSummary.Of(Architecture.Parse(name));

        Assert.AreEqual(parameters, summary.Parameters);
        Assert.AreEqual(billions, summary.MultiplyAdds / 1e9, 0.0006);
    }

    [TestMethod]
    [DataRow("cifar_resnet20", 269_722L)]
    [DataRow("cifar_resnet32", 464_154L)]
    [DataRow("cifar_resnet44", 658_586L)]
    [DataRow("cifar_resnet56", 853_018L)]
    [DataRow("cifar_resnet110", 1_727_962L)]
    [DataRow("cifar_resnet20b", 272_474L)]
    [DataRow("cifar_resnet32d", 466_906L)]
    [DataRow("cifar_resnet44b", 661_338L)]
    [DataRow("cifar_resnet56d", 855_770L)]
    [DataRow("cifar_resnet110d", 1_730_714L)]
    [DataRow("cifar_plainnet20", 269_722L)]
    [DataRow("resnet18_cifar", 11_173_962L)]
    public void A_CIFAR_network_of_10_classes_has_the_known_parameters(string name, long parameters)
    {
        using var network = Architecture.Parse(name).Build(10);

        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow("resnet18", 11_678_912L, 10_600L)]
    [DataRow("resnet34", 21_779_648L, 18_024L)]
    [DataRow("resnet50", 25_502_912L, 54_120L)]
    [DataRow("resnet50d", 25_522_016L, 54_248L)]
    public void Rank_divides_the_parameters_into_decayed_and_not_decayed(string name, long decayed, long notDecayed)
    {
        using var network = Architecture.Parse(name).Build(1000);

        Assert.AreEqual(decayed, network.parameters().Where(parameter => parameter.dim() >= 2).Sum(parameter => parameter.numel()));
        Assert.AreEqual(notDecayed, network.parameters().Where(parameter => parameter.dim() == 1).Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void The_CIFAR_stem_ResNet_18_takes_555_million_multiply_adds_at_32_pixels()
    {
        var summary = ModelSummary.Of(Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar), classes: 10);

        Assert.AreEqual(0.555, summary.MultiplyAdds / 1e9, 0.0006);
    }
}
