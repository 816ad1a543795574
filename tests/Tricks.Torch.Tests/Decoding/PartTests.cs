using SkiaSharp;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Decoding;

/// <summary>A part that is decoded by itself has the very pixels of the whole image.</summary>
[TestClass]
public class PartTests
{
    // Pillow 11.1.0: Image.fromarray(np.random.default_rng(1).integers(0, 256, (37, 59, 3), dtype=np.uint8))
    // saved with quality=6, and subsampling=2, progressive=True; for CMYK np.dstack([base, base[..., :1]])
    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["progressive 4:2:0"] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAIVcZHVkU4V1bHWWjoWeyP/ZyLe3yP////L/////////////////////////////////////////////////////2wBDAY6Wls"
            + "ivyP/Z2f//////////////////////////////////////////////////////////////////////////wgARCAAlADsDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAA"
            + "AAAAAAH/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/aAAwDAQACEAMQAAABAELKEsKCVCgSwoAAAT//xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAEFAiP/xAAUEQEAAA"
            + "AAAAAAAAAAAAAAAAAw/9oACAEDAQE/AU//xAAUEQEAAAAAAAAAAAAAAAAAAAAw/9oACAECAQE/AU//xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAY/AiP/xAAYEAAC"
            + "AwAAAAAAAAAAAAAAAAABECBBUP/aAAgBAQABPyG8ARL/AP/aAAwDAQACAAMAAAAQEEQUA0A8gDhd/8QAGBEAAgMAAAAAAAAAAAAAAAAAAAEQIEH/2gAIAQMBAT8QlW0Qz/"
            + "/EABsRAAIBBQAAAAAAAAAAAAAAAAABECBBgbHw/9oACAECAQE/EJVCL5O3DP/EACQQAAIBAwMEAwEAAAAAAAAAAAABESEx8EFRYXGBkaGxwdHh/9oACAEBAAE/EK3MfxmY"
            + "xqBUew60z6GomVEELttn2NNtufaLlzu2Xa3zMrSafBptyekNVs/JCpQUFeSL26ESUo0X0zLjibDqnscDl6GmrVMz+kU1tTM9l/Hgit+uIotJ5NS2HEP9I7yKqnmH2UisWS"
            + "TMsTof/9k="),
        ["CMYK"] = Convert.FromBase64String(
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwCFXGR1ZFOFdWx1lo6Fnsj/2ci3t8j////y/////////////////////////////////////////////////////8AAFAgAJQA7BE"
            + "MRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHw"
            + "JDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxs"
            + "fIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwAOAcYzgcf5P+fejgoNo49qQ9ep6/T/ACfw60HAOMZwOP8AJ/z70Yz0P12//W+n+c0L"
            + "jHJHP/1/88//AFqU8cjrn8vX8KMZ6H67f/rfT/OaUZzxyP8AP+fy60ZBAGevpz396OO3b8ODx+dKM545H+f8/l1pGzjrkDt/n69v/r0vUc5PQf5/z/OgjPTJ/mBSNnHXIH"
            + "b/AD9e3/16Oh5H4/nzz/8AXpAcAnv6f5z0o54O4+/48/8A1/8A9VHQ8j8fz55/+vTgSw4wcj/P/wBejPIwc/59+P6/iKAfYcfr7c+5FOBLDjByP8//AF6b2IPfPPtz/nj3"
            + "96Mng45/z7dT7Y/wDgA4b69Pb/Pv0pvYg988+3P+ePf3oLKDzt6DqDnpTlOFAINLkjgR8f59qCyg87eg6g56UH1J6fp6+ophOPw/l7f0Pr+NIAD9ff8AP/OO31oPqT0/T1"
            + "9RSZ7nr9P88+3Tg0YIA6f5/wA/gAaCPXIx6f5z/n8KTPc9fp/nn26cGl49M+o/p/n+gNA6dAPqPr/L0+nTueuc/mP8j/OD0pePTPqP6f5/oDRjg8cen0/yOv5CnDK59D+X"
            + "b/P/ANbopII55Hsfw/Pn8P1Bjg8cen0/yOv5ClOecj0/z6fp+FN5xlu3fOfx/Tjn86ToMDJHfk/h+Hr7Upzzken+fT9PwpMZ4HU9P8/4/wBKUE5559v8/wCfWjIB6c/T/P"
            + "8A9akxngdT0/z/AI/0oJHHT1/yP89PSjGOuCe369Mc/wCcetLwEOAeB0z/AJ6f59KCRx09f8j/AD09KM57f+O04Hj74puM84oznt/47SlsZ6+nH9PfFN5OeeP/AK/4/wCe"
            + "aXO1efp/T1z/AJNKWxnr6cf098Uhz+GfWkOeeT+v+f6UZycZwR7fln6f0pDn8M+tHftnH9f5dD/LrThj2HXn14/z1z60YHBycfp6/wCfrijv2zj+v8uh/l1oB6HHT+XT8P"
            + "X86bu6cnnv/n/PalH1yO/+fw7Z/wAAHocdP5dPw9fzoz17gdv8il6Dpzj9P/r/AOeeCmR0B4z3HPT8v855oz17gdv8ij/6/f8Az2A9M0nPKt1/+t/nn6UpGT9f/wBfqetH"
            + "/wBfv/nsB6Zo6YIOO38+v+euaMgdc8df8+gPTHvik6cA8e+P09fp9KOmCDjt/Pr/AJ65pQvHJP5j/CnDJA5/Mf5/CmEnP+r/AJ0oXjkn8x/hTQG+hA6f4f8A1vb1pFwCAe"
            + "vt/wDW/PFSE8+34cck/nTQG+hA6f4f/W9vWl4wef8AP+T1/wAgGc5xkf559P8ACmkZHbJ9fUe/v2peMHn/AD/k9f8AIN3AHOPr/nuetAwvf/D+vp7+uOOFAzzken6H+f4C"
            + "jdwBzj6/57nrS47Hr2/zxnvz0/lRnknODz/nPt/L8qDgnLAAj/OPwpcdj17f54z356fypp56DnPJ/wA/09ueKMgMOR1/z/n/AApOnPbPNNPPQc55P+f6e3PFAJXGDjnj6Y"
            + "/p6UuBnkZ569jn/Pf607oBj/PPt29PpzQCVxg454+mP6elAPTIPPIH+T/+v0pufl/l6D8/8/j0MAN0/wA8+v8Ahjj0oB6ZB55A/wAn/wDX6UbD2fHtzT8seQce3+RTcnux"
            + "B9iP8aNh7Pj25oJ2qOBz+nQ/jTH6qfX9KUnK59RnH5/4UE7VHA5/Tofxpw5cDjOSM/SlAJxyPTpSsSFznr/T/H/Ipw5cDjOSM/SmA5OPTH+f89aU8AkcAdh7e9MDkMBnrj"
            + "+X+frTAcnHpj/P+etObjPsM/y47+tByDjPYEe2Tj9P84pQeQAMbv8A69ObjPsM/wAuO/rSEcgccn0/Wkb7x79+fqBS8bckDrjH04pCOQOOT6frSBjkDJ9vbmlUc49P8/57"
            + "+9IjZbGO3ekDHIGT7e3NPIAIA/ipMYwvoOPyzQeACOM9v0/z/nDyACAP4qCm4k57mmk88YA+lO2qeo5+poKbiTnua//Z"),
        ["gray"] = EncodedSamples.GrayJpeg,
        ["4:2:0"] = Encode(83, 61, SKJpegEncoderDownsample.Downsample420),
        ["4:2:2"] = Encode(83, 61, SKJpegEncoderDownsample.Downsample422),
        ["4:4:4"] = Encode(83, 61, SKJpegEncoderDownsample.Downsample444),
        ["4:2:0, of whole units"] = Encode(96, 64, SKJpegEncoderDownsample.Downsample420),
        ["4:2:0, narrow"] = Encode(3, 70, SKJpegEncoderDownsample.Downsample420),
        ["4:2:0, flat"] = Encode(150, 1, SKJpegEncoderDownsample.Downsample420),
        ["4:1:1"] = WithSampling(Encode(131, 61, SKJpegEncoderDownsample.Downsample444), 0x41),
        ["4:4:0"] = WithSampling(Encode(131, 61, SKJpegEncoderDownsample.Downsample444), 0x12),
        ["4:1:0"] = WithSampling(Encode(131, 61, SKJpegEncoderDownsample.Downsample444), 0x42),
        ["PNG"] = EncodedSamples.Encode(EncodedSamples.Noise(31, 23), 31, 23, SKEncodedImageFormat.Png),
        ["half a turn by EXIF"] = EncodedSamples.WithExifOrientation(Encode(83, 61, SKJpegEncoderDownsample.Downsample420), 3),
        ["a quarter turn by EXIF"] = EncodedSamples.WithExifOrientation(Encode(83, 61, SKJpegEncoderDownsample.Downsample420), 6),
    };

    public static IEnumerable<object[]> Names => Files.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_part_has_the_pixels_of_the_whole(string name)
    {
        var random = new SeededRandom(5);
        foreach (var channels in new[] { 1, 3 })
        {
            var whole = new ImageDecoder().Decode(Files[name], channels, name);
            for (var i = 0; i < 150; i++)
            {
                var (width, height) = (1 + random.NextInt32(whole.Width), 1 + random.NextInt32(whole.Height));
                var wanted = new PixelBox(random.NextInt32(whole.Width - width + 1), random.NextInt32(whole.Height - height + 1), width, height);
                using var part = new ImageDecoder().DecodePart(Files[name], channels, name, (_, _) => wanted);
                Assert.AreEqual((whole.Width, whole.Height, channels), (part.Width, part.Height, part.Channels));
                AreEqual(whole, part, wanted);
            }
        }
    }

    [TestMethod]
    public void Of_an_upright_JPEG_file_only_the_part_is_decoded()
    {
        using var part = new ImageDecoder().DecodePart(Files["4:2:0"], 3, "photo.jpg", (_, _) => new PixelBox(50, 20, 10, 11));
        Assert.AreEqual(new PixelBox(32, 20, 36, 11), part.Box);
    }

    [TestMethod]
    [DataRow("4:2:0"), DataRow("progressive 4:2:0")]
    public void A_cut_off_file_is_an_error_also_where_the_part_is_there(string name)
    {
        var file = Files[name];
        foreach (var length in new[] { 0, 100, file.Length / 2, file.Length - 1 })
        {
            Assert.ThrowsExactly<ImageDecodingException>(
                () => new ImageDecoder().DecodePart(file.AsSpan(0, length), 3, name, (_, _) => new PixelBox(0, 0, 4, 4)));
        }
    }

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void Views_of_files_equal_those_of_decoded_images_bit_for_bit(int channels)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            string[] paths = [.. Files.Select((file, i) => Path.Combine(folder.FullName, $"{i}"))];
            foreach (var (path, bytes) in paths.Zip(Files.Values))
                File.WriteAllBytes(path, bytes);
            var large = Path.Combine(folder.FullName, "large.jpg"); // too large to be kept in memory
            File.WriteAllBytes(large, Encode(301, 277, SKJpegEncoderDownsample.Downsample420));
            var files = new ImageFiles([.. paths, large], channels, new ImageDecoder());
            var cached = new CachedImages(files, new MemoryBudget());
            foreach (var augmentation in new[] { Augmentation.ImageNet, Augmentation.ImageNet with { AutoAugmentation = AutoAugmentationKind.Trivial, ErasingProbability = 1 } })
            {
                var preprocessing = Preprocessing.ImageNet(24, channels);
                var transform = new TrainingTransform(augmentation, preprocessing);
                for (var i = 0; i < files.Count * 10; i++)
                {
                    var (row, expected) = (i % files.Count, new float[24 * 24 * channels]);
                    transform.Apply(files.Read(row), new SeededRandom(1, i), expected);
                    foreach (var source in new IImageSource[] { files, cached })
                    {
                        var actual = new float[expected.Length];
                        new ImageDataset(source, new int[files.Count], ["any"]).ReadView(row, transform, new SeededRandom(1, i), actual);
                        CollectionAssert.AreEqual(expected, actual, $"{files.NameOf(row)}, {source.GetType().Name}");
                    }
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AreEqual(ImagePixels whole, ImagePart part, PixelBox wanted)
    {
        for (var y = wanted.Top; y < wanted.Top + wanted.Height; y++)
        {
            for (var x = wanted.Left; x < wanted.Left + wanted.Width; x++)
            {
                var expected = whole.Values.AsSpan(((y * whole.Width) + x) * whole.Channels, whole.Channels);
                Assert.IsTrue(expected.SequenceEqual(part.From(y, x)[..whole.Channels]), $"row {y}, column {x} of {wanted}");
            }
        }
    }

    private static byte[] Encode(int width, int height, SKJpegEncoderDownsample downsample)
    {
        using var bitmap = SKBitmap.Decode(EncodedSamples.Encode(EncodedSamples.Noise(width, height), width, height, SKEncodedImageFormat.Png));
        using var pixmap = bitmap.PeekPixels();
        return pixmap.Encode(new SKJpegEncoderOptions(90, downsample, SKJpegEncoderAlphaOption.Ignore)).ToArray();
    }

    /// <summary>The same codes read with other sampling factors (high digit across, low digit down): another picture, and no encoder needed.</summary>
    private static byte[] WithSampling(byte[] jpeg, byte factors)
    {
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0, 0x00, 0x11]);
        jpeg[frame + 11] = factors; // of the luma: marker, length, precision, height, width, components, its number
        return jpeg;
    }
}
