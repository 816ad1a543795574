using SkiaSharp;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Tests.Training;

namespace Tricks.Torch.Tests.SelfSupervised;

[TestClass]
public class PictureTests
{
    [TestMethod]
    public void A_grid_shows_the_views_of_the_pretraining()
    {
        var path = Path.GetTempFileName();
        try
        {
            var transform = new ViewTransform(ViewAugmentation.SmallImage, Stripes.Preprocessing);
            ViewGrid.SavePng(path, Stripes.Source(5), [4, 2, 0], transform, seed: 7, epoch: 3, pairsPerRow: 2);
            using var picture = SKBitmap.Decode(path);
            Assert.AreEqual((4 + (2 * 136), 4 + (2 * 68)), (picture.Width, picture.Height)); // cells of 64 pixels, four for each of a view
            var view = new float[Stripes.Size * Stripes.Size];
            transform.ApplyWithoutNormalizing(Stripes.Source(5).Read(2), ViewTransform.Random(7, 3, 2, 1), view);
            var (left, top) = (4 + 136 + 65, 4); // the second view of the second pair
            Assert.AreEqual(view[(3 * Stripes.Size) + 5], picture.GetPixel(left + (5 * 4) + 2, top + (3 * 4) + 2).Red, 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void The_map_is_the_two_directions_of_largest_variance()
    {
        // Points in a plane of three dimensions, stretched along (1, 1, 0) most and along (0, 0, 1) next.
        float[] values = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { Along(i) + 5, Along(i), 3 * MathF.Cos(i) })];
        var features = new ImageFeatures(values, 3, new int[40], classes: 1);
        var (points, share) = EmbeddingMap.Project(features);
        Assert.AreEqual(1, share, 1e-6);
        var mean = Enumerable.Range(0, 40).Average(i => Along(i));
        for (var i = 0; i < 40; i++)
            Assert.AreEqual(Math.Sqrt(2) * (Along(i) - mean), points[2 * i], 0.2, $"row {i}");

        static float Along(int i) => 10 * MathF.Sin(0.7f * i);
    }

    [TestMethod]
    public void A_page_needs_nothing_else_and_escapes_names()
    {
        var path = Path.GetTempFileName();
        try
        {
            var images = Stripes.Images(6);
            float[] values = [.. Enumerable.Range(0, 12).Select(i => (float)(i * i % 7))];
            EmbeddingMap.SaveHtml(path, new ImageFeatures(values, 2, images.Labels, 3), images.Read, ["<a>", "b&c", "d"], "A \"map\"");
            var html = File.ReadAllText(path);
            StringAssert.Contains(html, "&lt;a&gt;");
            StringAssert.Contains(html, "b&amp;c");
            Assert.HasCount(7, html.Split("data:image/png;base64,"));
            Assert.DoesNotContain("<script", html);
            Assert.DoesNotContain("src=\"http", html);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
