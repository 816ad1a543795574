using SkiaSharp;
using Tricks.Torch.Data;

namespace Tricks.Torch.Tests.Decoding;

[TestClass]
public class TruncationTests
{
    private const int Width = 21, Height = 19;

    public static IEnumerable<object[]> Samples
    {
        get
        {
            var rgb = EncodedSamples.Noise(Width, Height);
            yield return ["baseline JPEG", EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Jpeg, 80)];
            yield return ["progressive JPEG", EncodedSamples.ProgressiveJpeg];
            yield return ["PNG", EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Png)];
            yield return ["lossless WebP", EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Webp)];
            yield return ["lossy WebP", EncodedSamples.Encode(rgb, Width, Height, SKEncodedImageFormat.Webp, 80)];
            yield return ["animated WebP", EncodedSamples.RedThenBlueWebP];
            yield return ["GIF", EncodedSamples.RedThenBlueGif];
            yield return ["BMP", EncodedSamples.Bmp(rgb, Width, Height)];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void A_file_cut_off_at_any_length_is_an_error(string format, byte[] file)
    {
        var decoder = new ImageDecoder();
        decoder.Decode(file, 3, "whole");
        for (var length = 0; length < file.Length; length++)
        {
            try
            {
                decoder.Decode(file.AsSpan(0, length), 3, "part");
            }
            catch (ImageDecodingException error)
            {
                Assert.AreEqual("part", error.Name);
                continue;
            }

            Assert.Fail($"{format}: {length} of {file.Length} bytes decoded without an error.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Bytes_after_the_end_are_ignored(string format, byte[] file)
    {
        var whole = new ImageDecoder().Decode(file, 3, format).Values;
        var padded = new ImageDecoder().Decode([.. file, 0, 0xFF, 0xD8, 7], 3, format).Values;
        CollectionAssert.AreEqual(whole, padded);
    }

    [TestMethod]
    public void The_end_marker_of_a_thumbnail_is_not_the_end_of_the_image()
    {
        var jpeg = EncodedSamples.ProgressiveJpeg;
        byte[] thumbnail = [.. "Exif\0\0"u8, 0xFF, 0xD8, 0xFF, 0xD9];
        byte[] file = [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(thumbnail.Length + 2), .. thumbnail, .. jpeg[2..]];
        new ImageDecoder().Decode(file, 3, "whole");
        Assert.ThrowsExactly<ImageDecodingException>(() => new ImageDecoder().Decode(file.AsSpan(0, file.Length - 2), 3, "part"));
    }

    [TestMethod]
    public void A_cut_off_file_says_so()
    {
        var jpeg = EncodedSamples.ProgressiveJpeg;
        var error = Assert.ThrowsExactly<ImageDecodingException>(
            () => new ImageDecoder().Decode(jpeg.AsSpan(0, jpeg.Length - 20), 3, "cat.jpg"));
        StringAssert.Contains(error.Message, "cat.jpg: the image is cut off");
    }
}
