using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class EvaluationTransformTests
{
    [TestMethod]
    [DataRow(500, 375, 341, 256, 58, 16)] // torchvision: Resize(256) gives 341 x 256; CenterCrop(224) starts at (58, 16)
    [DataRow(375, 500, 256, 341, 16, 58)]
    [DataRow(300, 300, 256, 256, 16, 16)]
    public void It_is_the_centre_of_the_image_with_its_shorter_side_at_256(
        int width, int height, int resizedWidth, int resizedHeight, int left, int top)
    {
        var image = Samples.Noise(width, height, 3);
        var resized = new float[resizedWidth * resizedHeight * 3];
        Resize.Bilinear(image, Box.Of(image), resizedWidth, resizedHeight, resized);

        var cropped = Samples.Evaluate(image, Samples.Raw(224, cropRatio: 224.0 / 256));

        for (var y = 0; y < 224; y++)
        {
            Assert.IsTrue(resized.AsSpan((((top + y) * resizedWidth) + left) * 3, 224 * 3)
                .SequenceEqual(cropped.AsSpan(y * 224 * 3, 224 * 3)), $"row {y}");
        }
    }

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void An_image_of_the_right_size_is_only_normalised(int channels)
    {
        var preprocessing = Preprocessing.ImageNet(32, channels);
        var image = Samples.Noise(32, 32, channels);
        var resized = Array.ConvertAll(image.Values, v => (float)v); // what resizing to the same size gives
        new Normalization(preprocessing).Apply(resized);
        Assert.IsTrue(Samples.SameBits(resized, Samples.Evaluate(image, preprocessing)));
    }

    [TestMethod]
    [DataRow(1, 5000), DataRow(5000, 1), DataRow(1, 1), DataRow(2, 3)]
    public void Any_shape_of_image_fills_the_output(int width, int height)
    {
        var values = Samples.Evaluate(Samples.Noise(width, height, 1), Preprocessing.ImageNet(96, 1));
        Assert.IsTrue(values.All(float.IsFinite));
    }

    [TestMethod]
    public void Other_channels_are_refused_with_the_remedy()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Samples.Evaluate(Samples.Noise(8, 8, 1), Preprocessing.ImageNet(8)));
        StringAssert.Contains(error.Message, "has 1 channel(s), the network expects 3");
    }

    [TestMethod]
    public void Another_target_length_is_refused() => Assert.ThrowsExactly<ArgumentException>(
        () => new EvaluationTransform(Preprocessing.ImageNet(8)).Apply(Samples.Noise(8, 8, 3), new float[191]));

    [TestMethod]
    [DataRow(0.0), DataRow(1.01), DataRow(double.NaN)]
    public void A_crop_ratio_out_of_range_is_refused(double cropRatio) => Assert.ThrowsExactly<ArgumentException>(
        () => new EvaluationTransform(Samples.Raw(8, cropRatio: cropRatio)));

    [TestMethod]
    public void One_transform_serves_many_threads()
    {
        var preprocessing = Preprocessing.ImageNet(96);
        var transform = new EvaluationTransform(preprocessing);
        var images = Enumerable.Range(0, 8).Select(i => Samples.Noise(100 + (9 * i), 130 - i, 3)).ToArray();
        var expected = images.Select(image => Samples.Evaluate(image, preprocessing)).ToArray();
        Parallel.For(0, 100, i =>
        {
            var target = Samples.Target(preprocessing);
            transform.Apply(images[i % 8], target);
            Assert.IsTrue(Samples.SameBits(expected[i % 8], target));
        });
    }
}
