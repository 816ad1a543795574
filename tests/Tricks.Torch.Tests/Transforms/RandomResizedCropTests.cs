using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class RandomResizedCropTests
{
    [TestMethod]
    [DataRow(500, 375), DataRow(32, 32), DataRow(3, 200), DataRow(1, 1), DataRow(4000, 7)]
    public void The_rectangle_lies_within_the_image_on_whole_pixels(int width, int height)
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 2000; i++)
        {
            var box = new RandomResizedCrop().Draw(width, height, random);
            Assert.IsTrue(box.Left >= 0 && box.Top >= 0 && box.Width >= 1 && box.Height >= 1
                && box.Left + box.Width <= width && box.Top + box.Height <= height, box.ToString());
            Assert.AreEqual(box, new Box((int)box.Left, (int)box.Top, (int)box.Width, (int)box.Height));
        }
    }

    [TestMethod]
    public void Area_log_ratio_and_place_are_uniform()
    {
        // Up to half of a square, every rectangle fits at the first try, so the distributions are exactly the options'.
        var crop = new RandomResizedCrop { Area = (0.1, 0.5) };
        var random = new SeededRandom(2);
        var boxes = Enumerable.Range(0, 40_000).Select(_ => crop.Draw(1000, 1000, random)).ToArray();

        var halfLog = Math.Log(4.0 / 3);
        IsUniform(boxes.Select(b => b.Width * b.Height / 1e6), 0.1, 0.5);
        IsUniform(boxes.Select(b => Math.Log(b.Width / b.Height)), -halfLog, halfLog);
        IsUniform(boxes.Select(b => b.Left / (1000 - b.Width)), 0, 1);
        IsUniform(boxes.Select(b => b.Top / (1000 - b.Height)), 0, 1);
    }

    [TestMethod]
    public void By_default_areas_reach_from_8_to_100_percent_and_ratios_from_3_4_to_4_3()
    {
        var random = new SeededRandom(3);
        var boxes = Enumerable.Range(0, 20_000).Select(_ => new RandomResizedCrop().Draw(1000, 1000, random)).ToArray();
        Assert.AreEqual(0.08, boxes.Min(b => b.Width * b.Height) / 1e6, 0.005);
        Assert.AreEqual(1.0, boxes.Max(b => b.Width * b.Height) / 1e6, 0.02);
        Assert.AreEqual(3.0 / 4, boxes.Min(b => b.Width / b.Height), 0.005);
        Assert.AreEqual(4.0 / 3, boxes.Max(b => b.Width / b.Height), 0.005);
    }

    [TestMethod]
    [DataRow(1000, 10, 493, 0, 13, 10)]   // 10 * 4/3 = 13 wide, in the middle
    [DataRow(10, 1000, 0, 493, 10, 13)]
    public void Where_nothing_fits_it_is_the_largest_centred_rectangle_with_an_allowed_ratio(
        int width, int height, int left, int top, int cropWidth, int cropHeight) => Assert.AreEqual(
        new Box(left, top, cropWidth, cropHeight), new RandomResizedCrop().Draw(width, height, new SeededRandom(4)));

    [TestMethod]
    public void The_whole_area_of_a_square_is_the_whole_image() => Assert.AreEqual(
        new Box(0, 0, 50, 50),
        new RandomResizedCrop { Area = (1, 1), AspectRatio = (1, 1) }.Draw(50, 50, new SeededRandom(5)));

    /// <summary>The empirical distribution differs nowhere by more than 1.95 / sqrt(n) (Kolmogorov and Smirnov, p = 0.001).</summary>
    private static void IsUniform(IEnumerable<double> values, double low, double high)
    {
        var sorted = values.Order().ToArray();
        var limit = (1.95 / Math.Sqrt(sorted.Length)) + 0.003; // edges are rounded to whole pixels of 1000
        for (var i = 0; i < sorted.Length; i++)
            Assert.AreEqual((sorted[i] - low) / (high - low), (i + 0.5) / sorted.Length, limit);
    }
}
