using System.Diagnostics;
using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Decoding;

[TestClass]
public class RefusalTests
{
    [TestMethod]
    public void An_empty_file_is_named_as_such() => Refuses([], "a.png: the file is empty (0 bytes)");

    [TestMethod]
    public void A_text_file_is_no_image() => Refuses("hello, world"u8.ToArray(), "no readable JPEG, PNG, GIF, WebP or BMP");

    [TestMethod]
    public void A_header_alone_is_no_image() => Refuses([0xFF, 0xD8, 0xFF, 0xE0], "FFD8FFE0");

    [TestMethod]
    public void Damaged_pixels_are_an_error()
    {
        var file = PngBuilder.Build(8, 8, 8, PngBuilder.Gray, [.. Enumerable.Repeat((byte)9, 8)]); // filter type 9 does not exist
        Refuses(file, "a.png: the image is");
    }

    [TestMethod]
    public void A_huge_image_is_refused_before_it_is_decoded()
    {
        var file = PngBuilder.Build(20_000, 20_000, 8, PngBuilder.RgbAlpha, new byte[1000]);
        var watch = Stopwatch.StartNew();
        Refuses(file, "20000 x 20000 = 400000000 pixels, above MaxPixels = 89478485");
        Assert.IsLessThan(500, watch.ElapsedMilliseconds); // decoding would take 13 s
        Assert.AreEqual((20_000, 20_000), ImageDecoder.ReadSize(file, "a.png"));
    }

    [TestMethod]
    public void The_cap_is_the_largest_number_of_pixels_allowed()
    {
        var file = PngBuilder.Build(3, 2, 8, PngBuilder.Gray, new byte[8]);
        new ImageDecoder(new ImageDecoderOptions { MaxPixels = 6 }).Decode(file, 3, "a.png");
        Assert.ThrowsExactly<ImageDecodingException>(
            () => new ImageDecoder(new ImageDecoderOptions { MaxPixels = 5 }).Decode(file, 3, "a.png"));
    }

    [TestMethod]
    [DataRow(0L), DataRow(-1L), DataRow(500_000_001L)]
    public void A_cap_out_of_range_is_refused(long maxPixels)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new ImageDecoder(new ImageDecoderOptions { MaxPixels = maxPixels }));
        StringAssert.Contains(error.Message, $"MaxPixels is {maxPixels}");
    }

    [TestMethod]
    public void Two_channels_are_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ImageDecoder().Decode(EncodedSamples.GrayJpeg, 2, "a.jpg"));

    private static void Refuses(byte[] file, string message)
    {
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => new ImageDecoder().Decode(file, 3, "a.png"));
        StringAssert.Contains(error.Message, message);
    }
}
