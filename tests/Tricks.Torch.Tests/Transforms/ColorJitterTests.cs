using System.Numerics;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Tests.Transforms;

[TestClass]
public class ColorJitterTests
{
    private static readonly Vector3[] Colors =
        [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(12, 200, 97), new(128, 128, 128), new(250, 249, 3)];

    [TestMethod]
    public void Hue_turns_I_and_Q_of_YIQ()
    {
        foreach (var factor in new[] { 0.6, 0.9, 1.0, 1.25, 1.4 })
        {
            foreach (var color in Colors)
                AreClose(HueStepByStep(color, factor), ColorJitter.Of(1, 1, factor).Apply(color));
        }
    }

    [TestMethod]
    public void Half_a_turn_of_hue_mirrors_a_colour_at_its_luma()
    {
        foreach (var color in Colors)
            AreClose(new Vector3(2 * LumaOf(color)) - color, ColorJitter.Of(1, 1, 2).Apply(color));
    }

    [TestMethod]
    public void Saturation_blends_with_the_luma_and_brightness_multiplies()
    {
        foreach (var color in Colors)
        {
            AreClose((1.3f * color) + new Vector3(-0.3f * LumaOf(color)), ColorJitter.Of(1, 1.3, 1).Apply(color));
            AreClose(new Vector3(LumaOf(color)), ColorJitter.Of(1, 0, 1).Apply(color));
            AreClose(0.7f * color, ColorJitter.Of(0.7, 1, 1).Apply(color));
        }
    }

    [TestMethod]
    public void One_map_equals_the_three_steps_in_every_order()
    {
        ColorTransform[] steps = [ColorJitter.Of(1.2, 1, 1), ColorJitter.Of(1, 0.65, 1), ColorJitter.Of(1, 1, 1.33)];
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (var color in Colors)
        {
            foreach (var order in orders)
                AreClose(order.Aggregate(color, (c, step) => steps[step].Apply(c)), ColorJitter.Of(1.2, 0.65, 1.33).Apply(color));
        }
    }

    [TestMethod]
    public void Without_options_it_is_exactly_the_identity() =>
        Assert.AreEqual(ColorTransform.Identity, new ColorJitter().Draw(new SeededRandom(1)));

    [TestMethod]
    public void Brightness_factors_are_uniform_around_1()
    {
        var random = new SeededRandom(2);
        var factors = Enumerable.Range(0, 20_000)
            .Select(_ => (double)new ColorJitter { Brightness = 0.4 }.Draw(random).Apply(new Vector3(1)).X).ToArray();
        Assert.AreEqual(0.6, factors.Min(), 0.001);
        Assert.AreEqual(1.4, factors.Max(), 0.001);
        Assert.AreEqual(1.0, factors.Average(), 0.006);                         // four standard errors of 0.231 / sqrt(n)
        Assert.AreEqual(0.5, factors.Count(f => f < 1) / 20_000.0, 0.015);
    }

    [TestMethod]
    public void The_three_factors_are_drawn_apart()
    {
        var random = new SeededRandom(3);
        var draws = Enumerable.Range(0, 100).Select(_ => new ColorJitter { Brightness = 0.4, Saturation = 0.4, Hue = 0.4 }.Draw(random));
        foreach (var draw in draws)
        {
            var gray = draw.Apply(new Vector3(100));
            Assert.AreEqual(gray.X, gray.Y, 1e-3); // hue and saturation leave gray gray
            Assert.AreEqual(gray.X, gray.Z, 1e-3);
            var (brightness, red) = (gray.X / 100, draw.Apply(new Vector3(100, 0, 0)));
            Assert.AreEqual(29.9 * brightness, LumaOf(red), 1e-3); // and keep the luma
            Assert.AreNotEqual(100 * brightness, red.X, 1e-2);
        }
    }

    [TestMethod]
    [DataRow(1), DataRow(3)]
    public void An_image_is_mapped_pixel_by_pixel(int channels)
    {
        var map = ColorJitter.Of(1.2, 0.65, 1.33) with { Offset = new Vector3(5, -3, 9) };
        var image = Samples.Noise(7, 5, channels);
        var values = Array.ConvertAll(image.Values, v => (float)v);
        map.Apply(values, channels);
        for (var i = 0; i < 35; i++)
        {
            if (channels == 3)
                AreClose(map.Apply(new Vector3(image.Values[3 * i], image.Values[(3 * i) + 1], image.Values[(3 * i) + 2])), new Vector3(values.AsSpan(3 * i)));
            else
                Assert.AreEqual(LumaOf(map.Apply(new Vector3(image.Values[i]))), values[i], 1e-3);
        }
    }

    /// <summary>RGB to YIQ, rotation, and back by solving the three equations (Cramer's rule), in double precision.</summary>
    private static Vector3 HueStepByStep(Vector3 color, double factor)
    {
        double[][] yiq = [[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]];
        var v = yiq.Select(row => (row[0] * color.X) + (row[1] * color.Y) + (row[2] * color.Z)).ToArray();
        var angle = (factor - 1) * Math.PI;
        double[] turned =
            [v[0], (Math.Cos(angle) * v[1]) - (Math.Sin(angle) * v[2]), (Math.Sin(angle) * v[1]) + (Math.Cos(angle) * v[2])];
        var rgb = Enumerable.Range(0, 3).Select(column => Determinant(Replaced(column)) / Determinant(yiq)).ToArray();
        return new Vector3((float)rgb[0], (float)rgb[1], (float)rgb[2]);

        double[][] Replaced(int column) =>
            [.. yiq.Select((row, i) => row.Select((value, j) => j == column ? turned[i] : value).ToArray())];
    }

    private static double Determinant(double[][] m) =>
        (m[0][0] * ((m[1][1] * m[2][2]) - (m[1][2] * m[2][1])))
        - (m[0][1] * ((m[1][0] * m[2][2]) - (m[1][2] * m[2][0])))
        + (m[0][2] * ((m[1][0] * m[2][1]) - (m[1][1] * m[2][0])));

    private static float LumaOf(Vector3 color) => (0.299f * color.X) + (0.587f * color.Y) + (0.114f * color.Z);

    private static void AreClose(Vector3 expected, Vector3 actual) =>
        Assert.IsLessThan(2e-3f, (expected - actual).Length(), $"{expected} and {actual}");
}
