using System.Globalization;
using Tricks.Torch.Runtime;
using Tricks.Torch.Tests.Golden;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class AutoAugmentationTests
{
    private static readonly (ImageOperation Operation, double[] Magnitudes)[] Recorded =
    [
        (ImageOperation.ShearX, [0.31, -0.77]), (ImageOperation.ShearY, [0.31, -0.77]),
        (ImageOperation.TranslateX, [3.9, -4.2]), (ImageOperation.TranslateY, [3.9, -4.2]), (ImageOperation.Rotate, [17.3, -101.0]),
        (ImageOperation.Brightness, [0.45, -0.6]), (ImageOperation.Color, [0.45, -0.6]), (ImageOperation.Contrast, [0.45, -0.6]),
        (ImageOperation.Sharpness, [0.45, -0.6]), (ImageOperation.Posterize, [4.0, 2.0]), (ImageOperation.Solarize, [100.0, 200.5]),
        (ImageOperation.AutoContrast, [0.0]), (ImageOperation.Equalize, [0.0]),
    ];

    public static IEnumerable<object[]> Operations => Recorded.SelectMany(r => r.Magnitudes.Select(m => new object[] { r.Operation, m }));

    [TestMethod]
    [DynamicData(nameof(Operations))]
    public void Every_operation_is_torchvisions_byte_for_byte(ImageOperation operation, double magnitude)
    {
        AssertRecorded("rgb", Image(12, 10, 3), operation, magnitude);
        AssertRecorded("gray", Image(12, 10, 1), operation, magnitude);
    }

    [TestMethod]
    public void Equalizing_a_larger_image_is_torchvisions_too() =>
        AssertRecorded("large equalize", Image(48, 40, 3), ImageOperation.Equalize, 0);

    [TestMethod]
    [DataRow(AutoAugmentationKind.Rand, "rand")]
    [DataRow(AutoAugmentationKind.Trivial, "trivial")]
    public void Magnitudes_of_all_bins_are_torchvisions(AutoAugmentationKind kind, string recorded)
    {
        foreach (var operation in Enum.GetValues<ImageOperation>())
        {
            var expected = Waves.Recorded("images", recorded, operation.ToString());
            for (var bin = 0; bin < expected.Length; bin++)
            {
                var actual = AutoAugmentation.Magnitude(operation, kind, expected.Length == 1 ? 0 : bin, width: 10, height: 12);
                Assert.AreEqual(expected[bin], actual, 1e-4, $"{operation} {bin}"); // torchvision's are float32
            }
        }
    }

    [TestMethod]
    public void None_and_no_operations_give_the_image_itself_and_all_operations_are_drawn()
    {
        var image = Image(12, 10, 3);
        var random = new SeededRandom(1);
        Assert.AreSame(image, AutoAugmentation.Apply(image, AutoAugmentationKind.None, 2, 9, random));
        Assert.AreSame(image, AutoAugmentation.Apply(image, AutoAugmentationKind.Rand, 0, 9, random));
        var results = Enumerable.Range(0, 400)
            .Select(i => Convert.ToHexString(AutoAugmentation.Apply(image, AutoAugmentationKind.Rand, 1, 9, new SeededRandom(1, i)).Values))
            .Distinct().Count();
        // 13 operations change this image (autocontrast and equalize may agree with the identity), 9 of them in two signs.
        Assert.IsInRange(20, 23, results);
    }

    private static void AssertRecorded(string recorded, ImagePixels image, ImageOperation operation, double magnitude)
    {
        var name = $"{operation} {magnitude.ToString("0.0##", CultureInfo.InvariantCulture)}";
        var expected = Waves.Recorded("images", recorded, name).Select(v => (byte)v).ToArray();
        CollectionAssert.AreEqual(expected, ImageOperations.Apply(image, operation, magnitude).Values, $"{recorded} {name}");
    }

    private static ImagePixels Image(int height, int width, int channels)
    {
        var values = new byte[height * width * channels];
        for (var i = 0; i < values.Length; i++)
            values[i] = (byte)Math.Round(127.5 + (100 * Math.Sin(1 + (0.37 * i))));
        return new ImagePixels(width, height, channels, values);
    }
}
