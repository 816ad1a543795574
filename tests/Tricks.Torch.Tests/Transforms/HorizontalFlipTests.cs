using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class HorizontalFlipTests
{
    [TestMethod]
    public void Columns_change_places_and_channels_do_not()
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]; // (2, 3, 3)
        HorizontalFlip.Apply(values, 3, 3);
        CollectionAssert.AreEqual(
            new float[] { 7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13 }, values);
    }

    [TestMethod]
    [DataRow(1, 8), DataRow(3, 8), DataRow(3, 7)]
    public void Twice_is_the_identity_and_once_is_not(int channels, int width)
    {
        var image = Array.ConvertAll(Samples.Noise(width, 5, channels).Values, v => (float)v);
        var values = image.ToArray();
        HorizontalFlip.Apply(values, width, channels);
        CollectionAssert.AreNotEqual(image, values);
        HorizontalFlip.Apply(values, width, channels);
        CollectionAssert.AreEqual(image, values);
    }
}
