using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class AugmentationTests
{
    [TestMethod]
    public void The_ready_made_ones_have_no_faults()
    {
        foreach (var augmentation in new[] { Augmentation.ImageNet, Augmentation.SmallImage, Augmentation.None })
            Assert.IsEmpty(augmentation.Faults());
    }

    [TestMethod]
    public void ImageNet_has_the_values_of_the_paper()
    {
        var augmentation = Augmentation.ImageNet;
        Assert.AreEqual(CropKind.RandomResizedCrop, augmentation.Crop);
        Assert.AreEqual((0.08, 1.0), augmentation.CropArea);
        Assert.AreEqual((0.75, 4.0 / 3), augmentation.CropAspectRatio);
        Assert.AreEqual(
            (0.5, 0.4, 0.4, 0.4, 0.1),
            (augmentation.FlipProbability, augmentation.Brightness, augmentation.Saturation, augmentation.Hue, augmentation.PcaNoise));
    }

    [TestMethod]
    [DataRow(28, CropKind.PadCrop), DataRow(64, CropKind.PadCrop), DataRow(65, CropKind.RandomResizedCrop), DataRow(224, CropKind.RandomResizedCrop)]
    public void Small_images_are_moved_and_large_ones_cropped(int imageSize, CropKind expected) =>
        Assert.AreEqual(expected, Augmentation.For(imageSize).Crop);

    public static IEnumerable<object[]> Faulty =>
    [
        [new Augmentation { Crop = (CropKind)9 }, "Crop is 9"],
        [new Augmentation { Padding = -1 }, "Padding is -1"],
        [new Augmentation { Padding = 1025 }, "Padding is 1025"],
        [new Augmentation { FlipProbability = 1.5 }, "FlipProbability is 1.5"],
        [new Augmentation { FlipProbability = double.NaN }, "FlipProbability is NaN"],
        [new Augmentation { Brightness = -0.1 }, "Brightness is -0.1"],
        [new Augmentation { Saturation = 2 }, "Saturation is 2"],
        [new Augmentation { Hue = double.NaN }, "Hue is NaN"],
        [new Augmentation { PcaNoise = -1 }, "PcaNoise is -1"],
        [new Augmentation { CropArea = (0, 1) }, "CropArea is (0, 1)"],
        [new Augmentation { CropArea = (0.5, 0.4) }, "CropArea is (0.5, 0.4)"],
        [new Augmentation { CropArea = (0.5, 1.1) }, "CropArea is (0.5, 1.1)"],
        [new Augmentation { CropAspectRatio = (0, 1) }, "CropAspectRatio is (0, 1)"],
        [new Augmentation { CropAspectRatio = (1, double.PositiveInfinity) }, "CropAspectRatio is (1, "],
    ];

    [TestMethod]
    [DynamicData(nameof(Faulty))]
    public void A_value_out_of_range_is_named(Augmentation augmentation, string message)
    {
        StringAssert.StartsWith(augmentation.Faults().Single(), message);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TrainingTransform(augmentation, Preprocessing.ImageNet(8)));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void All_faults_are_named_at_once() =>
        Assert.HasCount(3, new Augmentation { Padding = -1, Hue = 7, CropArea = (0, 0) }.Faults());
}
