using Tricks.Torch.Models;
using Tricks.Torch.Tests.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>What every kind of network signs, variants having no off value: two steps leave no tensor behind, and a training resumed after any step ends with the same bits.</summary>
[TestClass]
public class NetworkContractTests
{
    private static readonly TrainingRecipe Recipe = TrainingRecipe.BagOfTricks with { Epochs = 1, BatchSize = 8, LearningRate = 0.1, EmaDecay = 0.5 };

    [TestMethod]
    [DataRow("cifar_resnet8", 16), DataRow("cifar_plainnet8", 16), DataRow("wrn_10_1", 16), DataRow("mobilenetv1_025", 32), DataRow("lenet5", 16)]
    public void Families(string name, int size) => AssertContract(Architecture.Parse(name), size);

    [TestMethod]
    [DataRow(ResNetVariant.A), DataRow(ResNetVariant.B), DataRow(ResNetVariant.C), DataRow(ResNetVariant.D)]
    public void Variants(ResNetVariant variant) => AssertContract(Narrow($"resnet_{variant}", (classes, channels, _) => new ResNet(new ResNetOptions
    {
        Block = ResNetBlock.Bottleneck, BlocksPerStage = [1, 2], Width = 8, Variant = variant, Classes = classes, InputChannels = channels,
    })));

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Pre_activation(bool bottleneck) => AssertContract(Narrow(
        $"resnet_v2_{bottleneck}", (classes, channels, _) => new ResNetV2(bottleneck, [1, 1], Stem.Cifar, classes, channels, width: 8)));

    [TestMethod]
    public void Dropout() => AssertContract(Narrow("vgg", (classes, channels, _) => new Vgg([[4], [8]], norm: true, hidden: 16, classes, channels)));

    /// <summary>A narrow member of a family, whose checkpoints are small.</summary>
    private static Architecture Narrow(string name, NetworkFactory factory) => Architecture.Custom($"contract_{name.ToLowerInvariant()}", factory, 16, 8);

    private static void AssertContract(Architecture architecture, int size = 16)
    {
        Module<Tensor, Tensor> Build()
        {
            var built = architecture.Build(Stripes.ClassNames.Length, inputChannels: 1, size);
            XavierInitialisation.Apply(built, seed: 1);
            return built;
        }

        var options = Stripes.Options(Recipe) with { Preprocessing = Preprocessing.ImageNet(size, channels: 1) };
        var images = Stripes.Images(16);
        using var unbroken = new CheckpointRun();
        var (weights, _) = unbroken.Train(options, training: images, build: Build);
        var files = unbroken.Files();
        Assert.HasCount(2, files);
        using var crashed = unbroken.CrashedAfter(files[0]);
        CollectionAssert.AreEqual(weights, crashed.Train(options, training: images, build: Build).Weights);
        Assert.AreEqual(unbroken.Newest(), crashed.Newest());

        using var network = Build();
        CollectionAssert.AreNotEqual(Stripes.Weights(network), weights, "it trains");
        TensorLeaks.AssertNone(() =>
        {
            using var loop = new TrainingLoop(network, images, null, options);
            loop.Run();
        });
    }
}
