using Microsoft.ML.Data;
using Tricks.MLNet.Images;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Tests.Images;

/// <summary>Pixel vectors and MLImages to bytes, against values worked out by hand.</summary>
[TestClass]
public sealed class PixelTests
{
    [TestMethod]
    public void Planar_and_interleaved_vectors_become_the_same_image()
    {
        // One row of two pixels: (1, 2, 3) and (4, 5, 6).
        byte[] expected = [1, 2, 3, 4, 5, 6];
        CollectionAssert.AreEqual(expected, Read(new VectorDataViewType(NumberDataViewType.Single, 3, 1, 2), 1, 4, 2, 5, 3, 6));
        CollectionAssert.AreEqual(expected, Read(new VectorDataViewType(NumberDataViewType.Single, 2, 1, 3), 1, 2, 3, 4, 5, 6));
        Assert.AreEqual(new PixelVectorLayout(1, 2, 3, Planar: true), PixelVectorLayout.Of(new VectorDataViewType(NumberDataViewType.Single, 1, 2, 3)));
    }

    [TestMethod]
    public void Flat_vectors_are_square_gray_or_three_planes()
    {
        CollectionAssert.AreEqual(new byte[] { 9, 8, 7, 6 }, Read(new VectorDataViewType(NumberDataViewType.Single, 4), 9, 8, 7, 6));
        CollectionAssert.AreEqual(
            new byte[] { 1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12 },
            Read(new VectorDataViewType(NumberDataViewType.Single, 12), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        Assert.IsNull(PixelVectorLayout.OfLength(5));
        Assert.IsNull(PixelVectorLayout.OfLength(0));
        Assert.AreEqual(new PixelVectorLayout(3, 224, 224, Planar: true), PixelVectorLayout.OfLength(3 * 224 * 224));
    }

    [TestMethod]
    public void Values_are_rounded_and_those_outside_0_to_255_are_named()
    {
        var layout = new PixelVectorLayout(1, 1, 4, Planar: true);
        CollectionAssert.AreEqual(new byte[] { 0, 1, 3, 255 }, layout.Read([0.4f, 0.5f, 2.5f, 255]).Image!.Values);
        StringAssert.Contains(layout.Read([0, 0, -1, 0]).Reason, "pixel value 2 is -1");
        StringAssert.Contains(layout.Read([0, 256, 0, 0]).Reason, "pixel value 1 is 256");
        StringAssert.Contains(layout.Read([float.NaN, 0, 0, 0]).Reason, "pixel value 0 is NaN");
        StringAssert.Contains(layout.Read([0, 0, 0]).Reason, "3 values, not 4");
    }

    [TestMethod]
    public void Values_divided_by_255_are_recognised_and_a_mask_of_zeros_and_ones_is_not_taken_for_one()
    {
        var layout = new PixelVectorLayout(1, 1, 3, Planar: true);
        StringAssert.Contains(layout.Read([0, 0.25f, 1]).Reason, "divided by 255");
        Assert.IsNotNull(layout.Read([0, 1, 1]).Image);
    }

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void Transparent_pixels_are_laid_over_white(MLPixelFormat format)
    {
        // Premultiplied: half transparent red 128 of 255 is 64; wholly transparent is 0.
        byte[] half = format == MLPixelFormat.Bgra32 ? [10, 20, 64, 128] : [64, 20, 10, 128];
        using var image = MLImage.CreateFromPixels(3, 1, format, (byte[])[.. half, 0, 0, 0, 0, .. half[..3], 255]);
        CollectionAssert.AreEqual(
            new byte[] { 64 + 127, 20 + 127, 10 + 127, 255, 255, 255, 64, 20, 10 }, MLImagePixels.Copy(image)!.Values);
    }

    [TestMethod]
    public void An_image_made_from_pixels_has_those_pixels()
    {
        var rgb = new ImagePixels(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        using var image = MLImagePixels.ToMLImage(rgb);
        CollectionAssert.AreEqual(rgb.Values, MLImagePixels.Copy(image)!.Values);
        using var gray = MLImagePixels.ToMLImage(new ImagePixels(2, 1, 1, [7, 250]));
        CollectionAssert.AreEqual(new byte[] { 7, 7, 7, 250, 250, 250 }, MLImagePixels.Copy(gray)!.Values);
    }

    [TestMethod]
    public void Gray_to_RGB_and_back_changes_nothing()
    {
        var gray = new ImagePixels(16, 16, 1, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        CollectionAssert.AreEqual(gray.Values, ChannelConversion.To(ChannelConversion.To(gray, 3), 1).Values);
        Assert.AreSame(gray, ChannelConversion.To(gray, 1));
    }

    private static byte[] Read(VectorDataViewType type, params float[] values) => PixelVectorLayout.Of(type)!.Read(values).Image!.Values;
}
