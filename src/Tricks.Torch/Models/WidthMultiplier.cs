namespace Tricks.Torch.Models;

/// <summary>The width multiplier alpha of arXiv:1704.04861 §3.3 on the channels of every layer, in whole percent.</summary>
internal static class WidthMultiplier
{
    private const double OnePercent = 0.01;
    private const int Divisor = 8;

    /// <summary>A width of 0.1 to 4 in steps of 0.01 as 10 to 400.</summary>
    /// <param name="width">The multiplier.</param>
    /// <param name="network">Whose it is, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is none of these.</exception>
    internal static int ToPercent(double width, string network)
    {
        var percent = Math.Round(width / OnePercent);
        return percent is >= 10 and <= 400 && Math.Abs((width / OnePercent) - percent) < 1e-6
            ? (int)percent
            : throw new ArgumentOutOfRangeException(
                nameof(width), width, $"The width multiplier of {network} is 0.1 to 4 in steps of 0.01; MobileNet's paper has 1, 0.75, 0.5 and 0.25.");
    }

    internal static double OfPercent(int percent) => percent * OnePercent;

    /// <summary>The nearest multiple of 8, but not below nine tenths, as in the authors' code and in timm.</summary>
    internal static int Channels(int channels, double width)
    {
        var wanted = channels * width;
        var rounded = Math.Max(Divisor, (int)(wanted + (Divisor / 2)) / Divisor * Divisor);
        return rounded < 0.9 * wanted ? rounded + Divisor : rounded;
    }
}
