using System.Numerics;
using System.Runtime.InteropServices;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>Random brightness, contrast, saturation and hue in a random order, as torchvision's ColorJitter (SimCLR, arXiv:2002.05709, appendix A).</summary>
/// <remarks>
/// Unlike <see cref="ColorJitter"/>, whose parts commute: contrast depends on the mean of the image, and values are clipped to
/// 0..255 after each part, so the order matters. Brightness multiplies by f; contrast blends with the mean luma of the image,
/// f v + (1 - f) mean; saturation blends with the luma of the pixel; each f is uniform in [max(0, 1 - x), 1 + x]. Hue
/// turns the colour wheel (HSV) by a part of a whole turn, uniform in [-x, x]. A gray image has neither saturation nor hue.
/// </remarks>
public sealed record RandomOrderColorJitter
{
    private const int Parts = 4;

    /// <summary>x of brightness. At least 0, default 0 (off).</summary>
    public double Brightness { get; init; }

    /// <summary>x of contrast. At least 0, default 0 (off).</summary>
    public double Contrast { get; init; }

    /// <summary>x of saturation. At least 0, default 0 (off).</summary>
    public double Saturation { get; init; }

    /// <summary>x of hue, in turns of the colour wheel. In [0, 0.5], default 0 (off).</summary>
    public double Hue { get; init; }

    /// <summary>SimCLR's jitter of strength s: 0.8 s for brightness, contrast and saturation, 0.2 s for hue.</summary>
    /// <param name="strength">s, in [0, 2.5]; 1 for ImageNet, 0.5 for CIFAR-10, which gives (0.4, 0.4, 0.4, 0.1).</param>
    public static RandomOrderColorJitter OfStrength(double strength) =>
        new() { Brightness = 0.8 * strength, Contrast = 0.8 * strength, Saturation = 0.8 * strength, Hue = 0.2 * strength };

    /// <summary>Changes an image in place by one draw: seven random numbers, whatever the options.</summary>
    /// <param name="values">(H, W, C) in units of 0..255, channels interleaved.</param>
    /// <param name="channels">C, 1 or 3.</param>
    /// <param name="random">Where the draws come from.</param>
    public void Apply(Span<float> values, int channels, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        ReadOnlySpan<double> amounts =
        [
            Factor(Brightness, random), Factor(Contrast, random), Factor(Saturation, random), random.NextDouble(-Hue, Hue),
        ];
        for (var i = 0; i < Parts; i++)
            ApplyPart(values, channels, order[i], (float)amounts[order[i]]);
    }

    private static double Factor(double x, SeededRandom random) => random.NextDouble(Math.Max(0, 1 - x), 1 + x);

    private static void ApplyPart(Span<float> values, int channels, int part, float amount)
    {
        switch (part)
        {
            case 0:
                AdjustBrightness(values, amount);
                break;
            case 1:
                AdjustContrast(values, channels, amount);
                break;
            case 2:
                AdjustSaturation(values, channels, amount);
                break;
            default:
                AdjustHue(values, channels, amount);
                break;
        }
    }

    /// <summary>f v, clipped.</summary>
    internal static void AdjustBrightness(Span<float> values, float factor)
    {
        if (factor != 1)
            Blend(values, factor, 0);
    }

    /// <summary>f v + (1 - f) mean, clipped; the mean is that of the luma of all pixels.</summary>
    internal static void AdjustContrast(Span<float> values, int channels, float factor)
    {
        if (factor == 1)
            return;
        var sum = 0.0;
        if (channels == 1)
        {
            foreach (var value in values)
                sum += value;
        }
        else
        {
            foreach (var color in MemoryMarshal.Cast<float, Vector3>(values))
                sum += Luma.Of(color.X, color.Y, color.Z);
        }

        Blend(values, factor, (float)((1 - factor) * sum / (values.Length / channels)));
    }

    /// <summary>f v + (1 - f) luma of the pixel, clipped; 0 gives gray.</summary>
    internal static void AdjustSaturation(Span<float> values, int channels, float factor)
    {
        if (factor == 1 || channels == 1)
            return;
        var colors = MemoryMarshal.Cast<float, Vector3>(values);
        for (var i = 0; i < colors.Length; i++)
        {
            var gray = (float)Luma.Of(colors[i].X, colors[i].Y, colors[i].Z);
            colors[i] = Clip((colors[i] * factor) + new Vector3((1 - factor) * gray));
        }
    }

    /// <summary>Turns the colour wheel; brightness and saturation in the sense of HSV stay.</summary>
    internal static void AdjustHue(Span<float> values, int channels, float turn)
    {
        if (turn == 0 || channels == 1)
            return;
        var colors = MemoryMarshal.Cast<float, Vector3>(values);
        for (var i = 0; i < colors.Length; i++)
            colors[i] = TurnHue(colors[i], turn);
    }

    /// <summary>HSV there and back: with v the largest and c the range of the three values, hue moves within the hexagon.</summary>
    private static Vector3 TurnHue(Vector3 color, float turn)
    {
        var v = Math.Max(color.X, Math.Max(color.Y, color.Z));
        var c = v - Math.Min(color.X, Math.Min(color.Y, color.Z));
        if (c == 0)
            return color;
        var sixths = v == color.X ? (color.Y - color.Z) / c
            : v == color.Y ? 2 + ((color.Z - color.X) / c)
            : 4 + ((color.X - color.Y) / c);
        var h = (sixths + (6 * turn) + 12) % 6;
        return new Vector3(Channel(5), Channel(3), Channel(1)); // Smith, 1978, in the form v - c max(0, min(k, 4 - k, 1))

        float Channel(int n)
        {
            var k = (n + h) % 6;
            return v - (c * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }

    private static void Blend(Span<float> values, float factor, float offset)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Clamp((values[i] * factor) + offset, 0, 255);
    }

    private static Vector3 Clip(Vector3 color) => Vector3.Clamp(color, Vector3.Zero, new Vector3(255));
}
