using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class ViewPartTests
{
    private const int Size = 8;

    private static readonly int[] Picked = [0, 1, 2, 30, 31, 32, 100, 150, 190];

    // Golden/views.py: torchvision 0.21.0. Its luma weighs red 0.2989, ours 0.299.
    private static readonly (string Name, double[] Values)[] Torchvision =
    [
        ("brightness 1.3", [0.0000, 49.4000, 101.4000, 255.0000, 78.0000, 208.0000, 171.6000, 189.8000, 158.6000]),
        ("contrast 0.7", [37.2744, 63.8744, 91.8744, 189.8744, 79.2744, 149.2744, 129.6744, 139.4744, 122.6744]),
        ("contrast 1.4", [0.0000, 3.5008, 59.5008, 255.0000, 34.3008, 174.3008, 135.1008, 154.7008, 121.1008]),
        ("saturation 1.4", [0.0000, 40.7208, 96.7208, 255.0000, 36.5519, 176.5519, 130.4349, 130.8562, 114.8135]),
        ("hue 0.1", [8.7999, 0.0000, 78.0000, 218.0000, 60.0000, 65.2000, 152.0000, 56.0000, 218.0000]),
        ("hue -0.4", [69.2001, 78.0000, 0.0000, 60.0000, 218.0000, 212.8000, 114.0000, 228.0000, 28.0000]),
        ("blur 3 0.8", [119.7195, 61.1659, 126.9772, 127.8347, 94.8932, 133.7106, 152.2709, 148.9552, 133.6941]),
        ("blur 5 1.7", [143.2370, 67.6658, 142.7712, 125.2667, 102.0773, 131.5347, 146.1184, 150.8417, 127.6586]),
    ];

    public static IEnumerable<object[]> Names => Torchvision.Select(entry => new object[] { entry.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Equals_torchvision(string name)
    {
        var image = Image();
        var words = name.Split(' ');
        var amount = float.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture);
        switch (words[0])
        {
            case "brightness":
                RandomOrderColorJitter.AdjustBrightness(image, amount);
                break;
            case "contrast":
                RandomOrderColorJitter.AdjustContrast(image, 3, amount);
                break;
            case "saturation":
                RandomOrderColorJitter.AdjustSaturation(image, 3, amount);
                break;
            case "hue":
                RandomOrderColorJitter.AdjustHue(image, 3, amount);
                break;
            default:
                GaussianBlur.Apply(image, Size, 3, words[1] == "3" ? 3 : 5, amount);
                break;
        }

        var expected = Torchvision.Single(entry => entry.Name == name).Values;
        for (var i = 0; i < Picked.Length; i++)
            Assert.AreEqual(expected[i], image[Picked[i]], 0.02, $"value {Picked[i]}");
    }

    [TestMethod]
    public void Jitter_of_strength_zero_changes_no_bit()
    {
        var image = Image();
        RandomOrderColorJitter.OfStrength(0).Apply(image, 3, new SeededRandom(1));
        CollectionAssert.AreEqual(Image(), image);
    }

    [TestMethod]
    public void Strength_one_half_is_the_source_articles_jitter() => Assert.AreEqual(
        new RandomOrderColorJitter { Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 },
        RandomOrderColorJitter.OfStrength(0.5));

    [TestMethod]
    public void Parts_come_in_every_order()
    {
        // Brightness and contrast do not commute where values are clipped: both orders must occur.
        var results = new HashSet<float>();
        var jitter = new RandomOrderColorJitter { Brightness = 0.4, Contrast = 0.4 };
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new SeededRandom(seed);
            Span<int> order = [0, 1, 2, 3];
            random.Shuffle(order);
            results.Add(order.IndexOf(0) < order.IndexOf(1) ? 0 : 1);
            var (brightness, contrast) = ((float)random.NextDouble(0.6, 1.4), (float)random.NextDouble(0.6, 1.4));
            var expected = Image();
            if (order.IndexOf(0) < order.IndexOf(1))
                RandomOrderColorJitter.AdjustBrightness(expected, brightness);
            RandomOrderColorJitter.AdjustContrast(expected, 3, contrast);
            if (order.IndexOf(0) > order.IndexOf(1))
                RandomOrderColorJitter.AdjustBrightness(expected, brightness);
            var actual = Image();
            jitter.Apply(actual, 3, new SeededRandom(seed));
            CollectionAssert.AreEqual(expected, actual);
        }

        Assert.HasCount(2, results);
    }

    [TestMethod]
    public void A_gray_image_has_brightness_and_contrast_only()
    {
        float[] gray = [.. Enumerable.Range(0, Size * Size).Select(i => (float)(i * 3))];
        var jittered = gray.ToArray();
        new RandomOrderColorJitter { Saturation = 0.8, Hue = 0.2 }.Apply(jittered, 1, new SeededRandom(1));
        CollectionAssert.AreEqual(gray, jittered);
        new RandomOrderColorJitter { Contrast = 0.8 }.Apply(jittered, 1, new SeededRandom(1));
        CollectionAssert.AreNotEqual(gray, jittered);
    }

    [TestMethod]
    public void A_constant_image_stays_when_blurred()
    {
        var image = new float[Size * Size];
        Array.Fill(image, 77);
        GaussianBlur.Apply(image, Size, 1, 5, 2);
        foreach (var value in image)
            Assert.AreEqual(77, value, 1e-4);
    }

    private static float[] Image() => [.. Enumerable.Range(0, Size * Size * 3).Select(i => (float)(((37 * i) + (i * i)) % 256))];
}
