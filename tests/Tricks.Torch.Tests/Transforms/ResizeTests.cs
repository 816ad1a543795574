using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class ResizeTests
{
    [TestMethod]
    public void Pillow_gives_the_same_values()
    {
        // Pillow 9.4.0:
        // im = Image.new('F', (7, 5)); im.putdata([float((37*i*i + 11*i) % 256) for i in range(35)])
        // im.resize((3, 4), Image.BILINEAR, box=(1.25, 0.5, 6.5, 4.75)).getdata()
        double[] shrunkBox =
            [104.741, 166.759, 165.631, 113.167, 171.222, 191.207, 142.778, 114.5, 183.236, 139.056, 86.667, 166.464];
        // im.resize((4, 2), Image.BILINEAR).getdata()
        double[] shrunk = [100.199, 120.967, 172.073, 178.364, 168.606, 120.698, 129.185, 175.429];
        // im.resize((9, 8), Image.BILINEAR, box=(2, 1, 5, 4)).getdata(), first two rows
        double[] grownRows =
        [
            86.25, 69.625, 109.667, 149.708, 189.75, 195.792, 201.833, 207.875, 179.917,
            70.708, 33.5, 95.625, 157.75, 219.875, 226.667, 233.458, 240.25, 191.708,
        ];
        var image = new ImagePixels(7, 5, 1, [.. Enumerable.Range(0, 35).Select(i => (byte)((37 * i * i) + (11 * i)))]);

        Samples.AreClose(shrunkBox, Resized(image, new Box(1.25, 0.5, 5.25, 4.25), 3, 4), 0.001);
        Samples.AreClose(shrunk, Resized(image, Box.Of(image), 4, 2), 0.001);
        Samples.AreClose(grownRows, Resized(image, new Box(2, 1, 3, 3), 9, 8)[..18], 0.001);
    }

    [TestMethod]
    public void Pillow_gives_the_same_cubic_values_but_for_those_beyond_white()
    {
        // Pillow 11.1.0, as above with Image.BICUBIC
        double[] shrunkBox =
            [98.812, 173.994, 163.232, 102.946, 183.531, 196.784, 148.836, 103.399, 187.979, 143.982, 73.222, 169.169];
        double[] shrunk = [92.51, 121.374, 176.586, 179.187, 178.253, 115.229, 124.098, 181.091];
        double[] grownRows =
        [
            69.943, 56.334, 92.463, 152.493, 198.683, 218.455, 224.387, 216.48, 182.153,
            49.504, 25.707, 74.962, 160.296, 225.676, 252.422, 259.214, 246.051, 194.237,
        ];
        var image = new ImagePixels(7, 5, 1, [.. Enumerable.Range(0, 35).Select(i => (byte)((37 * i * i) + (11 * i)))]);

        Samples.AreClose(shrunkBox, Resized(image, new Box(1.25, 0.5, 5.25, 4.25), 3, 4, Interpolation.Bicubic), 0.001);
        Samples.AreClose(shrunk, Resized(image, Box.Of(image), 4, 2, Interpolation.Bicubic), 0.001);
        Samples.AreClose([.. grownRows.Select(value => Math.Min(value, 255))], Resized(image, new Box(2, 1, 3, 3), 9, 8, Interpolation.Bicubic)[..18], 0.001);
    }

    [TestMethod]
    [DataRow(1, Interpolation.Bilinear), DataRow(3, Interpolation.Bilinear), DataRow(1, Interpolation.Bicubic), DataRow(3, Interpolation.Bicubic)]
    public void It_equals_the_formula_in_double_precision(int channels, Interpolation interpolation)
    {
        var random = new SeededRandom(3);
        for (var i = 0; i < 60; i++)
        {
            var image = Samples.Noise(1 + random.NextInt32(90), 1 + random.NextInt32(60), channels, seed: i);
            var (left, top) = (random.NextDouble(0, image.Width * 0.5), random.NextDouble(0, image.Height * 0.5));
            var box = new Box(left, top, random.NextDouble(0.1, 1) * (image.Width - left), random.NextDouble(0.1, 1) * (image.Height - top));
            var (width, height) = (1 + random.NextInt32(40), 1 + random.NextInt32(40));
            Samples.AreClose(Formula(image, box, width, height, interpolation), Resized(image, box, width, height, interpolation), 2e-4);
        }
    }

    [TestMethod]
    [DataRow(1, Interpolation.Bilinear), DataRow(3, Interpolation.Bilinear), DataRow(3, Interpolation.Bicubic)]
    public void The_same_size_gives_the_very_values(int channels, Interpolation interpolation)
    {
        var image = Samples.Noise(37, 23, channels);
        CollectionAssert.AreEqual(image.Values.Select(v => (float)v).ToArray(), Resized(image, Box.Of(image), 37, 23, interpolation));
    }

    [TestMethod]
    public void A_constant_stays_constant()
    {
        var image = new ImagePixels(50, 40, 3, [.. Enumerable.Repeat((byte)201, 50 * 40 * 3)]);
        foreach (var value in Resized(image, new Box(3.3, 2.2, 40, 30), 17, 90))
            Assert.AreEqual(201, value, 1e-4);
    }

    [TestMethod]
    [DataRow(Interpolation.Bilinear), DataRow(Interpolation.Bicubic)]
    public void A_window_equals_resizing_all_and_cropping_bit_for_bit(Interpolation interpolation)
    {
        var image = Samples.Noise(61, 47, 3);
        var whole = Resized(image, Box.Of(image), 40, 30, interpolation);
        var part = new float[13 * 11 * 3];
        Resize.Apply(image, Box.Of(image), 40, 30, new Resize.Window(9, 7, 13, 11), interpolation, part);
        for (var y = 0; y < 11; y++)
            Assert.IsTrue(whole.AsSpan((((7 + y) * 40) + 9) * 3, 13 * 3).SequenceEqual(part.AsSpan(y * 13 * 3, 13 * 3)));
    }

    [TestMethod]
    public void A_box_beyond_the_image_or_empty_and_a_target_of_another_length_are_refused()
    {
        var image = Samples.Noise(8, 8, 3);
        foreach (var box in new[] { new Box(-1, 0, 4, 4), new Box(0, 5, 4, 4), new Box(0, 0, 0, 4), new Box(0, 0, double.NaN, 4) })
            Assert.ThrowsExactly<ArgumentException>(() => Resized(image, box, 4, 4));
        Assert.ThrowsExactly<ArgumentException>(() => Resize.Bilinear(image, Box.Of(image), 4, 4, new float[47]));
    }

    [TestMethod]
    public void Training_and_evaluation_resize_as_the_preprocessing_says()
    {
        var image = Samples.Noise(23, 23, 3);
        var cubic = Samples.Raw(16) with { Interpolation = Interpolation.Bicubic };
        var expected = Resized(image, Box.Of(image), 16, 16, Interpolation.Bicubic);
        var whole = new Augmentation { Crop = CropKind.RandomResizedCrop, CropArea = (1, 1), CropAspectRatio = (1, 1) };
        CollectionAssert.AreEqual(expected, Samples.Evaluate(image, cubic));
        CollectionAssert.AreEqual(expected, Samples.Train(image, whole, cubic, new SeededRandom(1)));
        CollectionAssert.AreNotEqual(expected, Samples.Evaluate(image, Samples.Raw(16)));
    }

    private static float[] Resized(ImagePixels image, Box box, int width, int height, Interpolation interpolation = Interpolation.Bilinear)
    {
        var target = new float[width * height * image.Channels];
        if (interpolation == Interpolation.Bilinear)
            Resize.Bilinear(image, box, width, height, target);
        else
            Resize.Apply(image, box, width, height, new Resize.Window(0, 0, width, height), interpolation, target);
        return target;
    }

    /// <summary>sum over all pixels of the image of the product of two filters, divided by the sum of the weights.</summary>
    private static double[] Formula(ImagePixels image, Box box, int width, int height, Interpolation interpolation)
    {
        var (scaleX, scaleY) = (box.Width / width, box.Height / height);
        var result = new double[width * height * image.Channels];
        for (var i = 0; i < result.Length; i++)
        {
            var (x, y, c) = (i / image.Channels % width, i / image.Channels / width, i % image.Channels);
            var (sum, total) = (0.0, 0.0);
            for (var row = 0; row < image.Height; row++)
            {
                var rowWeight = Filter((row + 0.5 - box.Top - ((y + 0.5) * scaleY)) / Math.Max(1, scaleY));
                for (var column = 0; rowWeight != 0 && column < image.Width; column++)
                {
                    var weight = rowWeight * Filter((column + 0.5 - box.Left - ((x + 0.5) * scaleX)) / Math.Max(1, scaleX));
                    sum += weight * image.Values[(((row * image.Width) + column) * image.Channels) + c];
                    total += weight;
                }
            }

            result[i] = Math.Clamp(sum / total, 0, 255);
        }

        return result;

        double Filter(double x) => interpolation == Interpolation.Bilinear ? Triangle(x) : Cubic(Math.Abs(x));

        static double Triangle(double x) => Math.Abs(x) < 1 ? 1 - Math.Abs(x) : 0;

        // Keys (1981), equation 4, with a = -1/2
        static double Cubic(double x) => x < 1 ? (1.5 * Math.Pow(x, 3)) - (2.5 * x * x) + 1
            : x < 2 ? (-0.5 * Math.Pow(x, 3)) + (2.5 * x * x) - (4 * x) + 2
            : 0;
    }
}
