namespace Tricks.Torch.Transforms;

/// <summary>Brightness of a colour by Rec. 601: 0.299 R + 0.587 G + 0.114 B.</summary>
public static class Luma
{
    /// <summary>Weight of red.</summary>
    public const double Red = 0.299;

    /// <summary>Weight of green.</summary>
    public const double Green = 0.587;

    /// <summary>Weight of blue.</summary>
    public const double Blue = 0.114;

    /// <summary>The luma rounded to the nearest byte, halves up; exactly v for R = G = B = v.</summary>
    public static byte Of(byte red, byte green, byte blue) => (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);

    /// <summary>The luma of a colour in any units.</summary>
    public static double Of(double red, double green, double blue) => (Red * red) + (Green * green) + (Blue * blue);
}
