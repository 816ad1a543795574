using SkiaSharp;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Decoding;

[TestClass]
public class FormatTests
{
    private const int Width = 5, Height = 3; // odd, so that BMP rows are padded

    [TestMethod]
    public void Lossless_formats_give_back_the_very_values()
    {
        var rgb = EncodedSamples.Noise(Width, Height);
        byte[][] files =
        [
            EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Png),
            EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Webp),
            EncodedSamples.Bmp(rgb, Width, Height),
        ];
        foreach (var file in files)
        {
            var image = Decode(file);
            Assert.AreEqual((Width, Height, 3), (image.Width, image.Height, image.Channels));
            CollectionAssert.AreEqual(rgb, image.Values);
        }
    }

    [TestMethod]
    public void Gray_is_the_Rec_601_luma_rounded_to_the_nearest()
    {
        var rgb = EncodedSamples.Noise(64, 64);
        var image = Decode(EncodedSamples.Encode(rgb, 64, 64, SKEncodedImageFormat.Png), channels: 1);
        for (var i = 0; i < 64 * 64; i++)
        {
            var luma = (0.299 * rgb[3 * i]) + (0.587 * rgb[(3 * i) + 1]) + (0.114 * rgb[(3 * i) + 2]);
            Assert.AreEqual(luma, image.Values[i], delta: 0.5 + 1e-9);
        }
    }

    [TestMethod]
    public void A_gray_image_keeps_all_256_values_in_one_channel_and_in_three()
    {
        byte[] values = [.. Enumerable.Range(0, 256).Select(v => (byte)v)];
        var file = PngBuilder.Build(256, 1, 8, PngBuilder.Gray, [0, .. values]);
        CollectionAssert.AreEqual(values, Decode(file, channels: 1).Values);
        CollectionAssert.AreEqual(values.SelectMany(v => new[] { v, v, v }).ToArray(), Decode(file).Values);
    }

    [TestMethod]
    public void A_gray_JPEG_decodes_to_three_equal_channels()
    {
        var image = Decode(EncodedSamples.GrayJpeg);
        for (var i = 0; i < image.Values.Length; i += 3)
            Assert.IsTrue(image.Values[i] == image.Values[i + 1] && image.Values[i] == image.Values[i + 2]);
        Assert.IsLessThan(20, (int)image.Values[0]);
        Assert.IsGreaterThan(235, (int)image.Values[^1]);
    }

    [TestMethod]
    public void A_16_bit_PNG_keeps_its_upper_8_bits()
    {
        var file = PngBuilder.Build(2, 1, 16, PngBuilder.Rgb, [0, 0x12, 0x12, 0x80, 0x80, 0xFF, 0xFF, 0, 0, 0x40, 0x40, 0x99, 0x99]);
        CollectionAssert.AreEqual(new byte[] { 0x12, 0x80, 0xFF, 0, 0x40, 0x99 }, Decode(file).Values);
    }

    [TestMethod]
    public void Transparent_pixels_are_laid_over_the_background()
    {
        // red at 0, 100 and 255 of 255; Skia's usual premultiplied pixels would lose the colour of faint ones
        var file = PngBuilder.Build(3, 1, 8, PngBuilder.RgbAlpha, [0, 200, 10, 30, 0, 200, 10, 30, 100, 200, 10, 30, 255]);
        CollectionAssert.AreEqual(
            new byte[] { 255, 255, 255, Over(200, 255), Over(10, 255), Over(30, 255), 200, 10, 30 }, Decode(file).Values);

        var onGreen = new ImageDecoder(new ImageDecoderOptions { Background = (0, 128, 0) }).Decode(file, 3, "logo.png");
        CollectionAssert.AreEqual(
            new byte[] { 0, 128, 0, Over(200, 0), Over(10, 128), Over(30, 0), 200, 10, 30 }, onGreen.Values);

        static byte Over(int color, int background) => (byte)Math.Round(((color * 100) + (background * 155)) / 255.0);
    }

    [TestMethod]
    public void A_CMYK_JPEG_becomes_RGB()
    {
        var image = Decode(EncodedSamples.RedCmykJpeg);
        Assert.AreEqual((8, 8), (image.Width, image.Height));
        for (var i = 0; i < image.Values.Length; i += 3)
        {
            Assert.IsGreaterThan(240, (int)image.Values[i]);
            Assert.IsLessThan(15, Math.Max(image.Values[i + 1], (int)image.Values[i + 2]));
        }
    }

    [TestMethod]
    public void An_animation_gives_its_first_frame()
    {
        var red = Enumerable.Repeat(new byte[] { 255, 0, 0 }, 6 * 4).SelectMany(v => v).ToArray();
        CollectionAssert.AreEqual(red, Decode(EncodedSamples.RedThenBlueGif).Values);
        CollectionAssert.AreEqual(red, Decode(EncodedSamples.RedThenBlueWebP).Values);
    }

    [TestMethod]
    public void A_progressive_JPEG_decodes()
    {
        var image = Decode(EncodedSamples.ProgressiveJpeg);
        Assert.AreEqual((24, 16), (image.Width, image.Height));
        Assert.IsGreaterThan(200, (int)image.Values[0]);   // red above
        Assert.IsGreaterThan(200, (int)image.Values[^1]);  // blue below
    }

    [TestMethod]
    public void One_decoder_serves_many_threads()
    {
        var decoder = new ImageDecoder();
        var file = EncodedSamples.Encode(EncodedSamples.Noise(40, 30), 40, 30, SKEncodedImageFormat.Jpeg, 90);
        var expected = decoder.Decode(file, 3, "noise").Values;
        Parallel.For(0, 500, _ => Assert.IsTrue(expected.AsSpan().SequenceEqual(decoder.Decode(file, 3, "noise").Values)));
    }

    private static ImagePixels Decode(byte[] file, int channels = 3) => new ImageDecoder().Decode(file, channels, "sample");
}
