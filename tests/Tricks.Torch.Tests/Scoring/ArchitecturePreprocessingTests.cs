using Tricks.Torch.Models;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Scoring;

/// <summary>What images each architecture takes by default.</summary>
[TestClass]
public sealed class ArchitecturePreprocessingTests
{
    [TestMethod]
    [DataRow("resnet50d", 224, 0.875, 123.68f)]
    [DataRow("mobilenetv1_100", 224, 0.875, 123.68f)]
    [DataRow("inception_v3", 299, 299.0 / 342, 127.5f)]
    [DataRow("inception_v3_025", 299, 299.0 / 342, 127.5f)]
    [DataRow("wrn_28_10", 32, 1, 123.68f)]
    [DataRow("lenet5", 32, 1, 123.68f)]
    public void Size_crop_and_mean_are_the_architectures(string name, int size, double cropRatio, float red)
    {
        var preprocessing = Architecture.Parse(name).DefaultPreprocessing();

        Assert.AreEqual((size, 3, cropRatio, Interpolation.Bilinear), (preprocessing.ImageSize, preprocessing.Channels, preprocessing.CropRatio, preprocessing.Interpolation));
        Assert.AreEqual(red, preprocessing.Mean[0], 1e-4f);
        Assert.IsEmpty(preprocessing.Faults());
    }

    [TestMethod]
    public void Gray_images_of_another_size_have_one_mean_of_the_three()
    {
        var inception = Architecture.InceptionV3.DefaultPreprocessing(imageSize: 75, channels: 1);
        var resnet = Architecture.ResNet50.DefaultPreprocessing(imageSize: 96, channels: 1);

        Assert.AreEqual((75, 127.5f, 127.5f), (inception.ImageSize, inception.Mean.Single(), inception.StandardDeviation.Single()));
        Assert.AreEqual(114.799f, resnet.Mean.Single());
    }
}
