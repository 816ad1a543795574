using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class RandomErasingTests
{
    [TestMethod]
    public void The_rectangle_alone_is_blanked()
    {
        var values = Enumerable.Repeat(1f, 6 * 6 * 3).ToArray();
        RandomErasing.Apply(values, 6, 3, new Box(1, 2, 3, 2));
        for (var i = 0; i < values.Length; i++)
        {
            var (x, y) = (i / 3 % 6, i / 18);
            Assert.AreEqual(x is >= 1 and < 4 && y is >= 2 and < 4 ? 0f : 1f, values[i], $"{x}, {y}");
        }
    }

    [TestMethod]
    public void Areas_and_aspect_ratios_have_the_papers_ranges_and_means()
    {
        const int Size = 200;
        var boxes = Enumerable.Range(0, 5000).Select(i => RandomErasing.Draw(Size, new SeededRandom(1, i))).OfType<Box>().ToList();
        Assert.HasCount(5000, boxes);
        var areas = boxes.Select(b => b.Width * b.Height / (Size * Size)).ToList();
        var ratios = boxes.Select(b => Math.Log(b.Height / b.Width)).ToList();
        Assert.IsTrue(areas.All(a => a is > 0.019 and < 0.335));
        Assert.IsTrue(ratios.All(r => r > Math.Log(0.3) - 0.1 && r < Math.Log(3.3) + 0.1));
        Assert.AreEqual((Math.Log(0.3) + Math.Log(3.3)) / 2, ratios.Average(), 0.03);
        Assert.AreEqual(0.175, areas.Average(), 0.01); // the mean of (0.02, 0.33)
        Assert.IsTrue(boxes.All(b => b.Left >= 0 && b.Top >= 0 && b.Left + b.Width <= Size && b.Top + b.Height <= Size));
    }
}
