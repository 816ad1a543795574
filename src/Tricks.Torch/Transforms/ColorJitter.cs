using System.Numerics;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>Random brightness, saturation and hue of an image (BoT §2.1: factors from [0.6, 1.4]).</summary>
/// <remarks>
/// Each factor f is uniform in [1 - x, 1 + x] for its option x. In YIQ coordinates (Y is the luma), brightness multiplies
/// Y, I and Q; saturation multiplies I and Q, which is the blend f * v + (1 - f) * luma; hue turns (I, Q) by (f - 1) * pi, as
/// MXNet's HueJitterAug. The three commute, so their order does not matter. Values are not clipped, as in MXNet.
/// MXNet rounds its matrices to three digits, so that its hue tints gray a little; here the inverse is exact and gray stays gray.
/// </remarks>
public sealed record ColorJitter
{
    // YIQ (FCC, 1953): the rows of I and Q add up to 0, so gray has I = Q = 0.
    private static readonly Vector3 Y = new((float)Luma.Red, (float)Luma.Green, (float)Luma.Blue);
    private static readonly Vector3 I = new(0.596f, -0.274f, -0.322f);
    private static readonly Vector3 Q = new(0.211f, -0.523f, 0.312f);

    // The columns of the inverse matrix (Cramer's rule): the colours of one unit of I and of Q; that of Y is (1, 1, 1).
    private static readonly Vector3 UnitI = Vector3.Cross(Q, Y) / Vector3.Dot(Y, Vector3.Cross(I, Q));
    private static readonly Vector3 UnitQ = Vector3.Cross(Y, I) / Vector3.Dot(Y, Vector3.Cross(I, Q));

    /// <summary>Half the width of the interval of the brightness factor. Range [0, 1], default 0 (off); BoT 0.4.</summary>
    public double Brightness { get; init; }

    /// <summary>Half the width of the interval of the saturation factor. Range [0, 1], default 0 (off); BoT 0.4.</summary>
    public double Saturation { get; init; }

    /// <summary>Half the width of the interval of the hue factor; 1 is half a turn. Range [0, 1], default 0 (off); BoT 0.4.</summary>
    public double Hue { get; init; }

    /// <summary>The map of given factors; the identity at 1, 1, 1.</summary>
    /// <param name="brightness">Multiplies every value.</param>
    /// <param name="saturation">0 gives gray.</param>
    /// <param name="hue">Turns by (hue - 1) * pi; 2 gives the complementary hue.</param>
    public static ColorTransform Of(double brightness, double saturation, double hue)
    {
        if ((brightness, saturation, hue) == (1, 1, 1))
            return ColorTransform.Identity; // exactly, not up to rounding
        var (sin, cos) = Math.SinCos((hue - 1) * Math.PI);
        var (s, c) = ((float)(saturation * sin), (float)(saturation * cos));
        var (unitI, unitQ) = (UnitI * (float)brightness, UnitQ * (float)brightness);
        var turnedI = (c * I) - (s * Q);
        var turnedQ = (s * I) + (c * Q);
        var gray = Y * (float)brightness;
        return new ColorTransform(Column(0), Column(1), Column(2), Vector3.Zero);

        Vector3 Column(int channel) =>
            new Vector3(gray[channel]) + (unitI * turnedI[channel]) + (unitQ * turnedQ[channel]);
    }

    /// <summary>Draws the map of one image: three draws, whatever the options.</summary>
    public ColorTransform Draw(SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var brightness = random.NextDouble(1 - Brightness, 1 + Brightness);
        var saturation = random.NextDouble(1 - Saturation, 1 + Saturation);
        var hue = random.NextDouble(1 - Hue, 1 + Hue);
        return Of(brightness, saturation, hue);
    }
}
