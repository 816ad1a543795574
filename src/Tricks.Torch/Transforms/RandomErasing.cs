using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>A random rectangle of a training image is blanked out (Zhong et al., arXiv:1708.04896).</summary>
/// <remarks>
/// Area uniform in (0.02, 0.33) of the image's and height / width log-uniform in (0.3, 3.3), at a uniform place; ten tries, as
/// torchvision's RandomErasing. The rectangle is 0 after normalisation, which is the mean colour; the paper's best fill is noise,
/// which it finds little better.
/// </remarks>
public static class RandomErasing
{
    private const int Tries = 10;
    private static readonly (double Smallest, double Largest) Area = (0.02, 0.33);
    private static readonly (double Smallest, double Largest) Ratio = (0.3, 3.3);

    /// <summary>Draws the rectangle.</summary>
    /// <param name="size">Height and width of the image.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <returns>Whole pixels within the image, smaller than it; null if no try fitted.</returns>
    public static Box? Draw(int size, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Tries; i++)
        {
            var area = random.NextDouble(Area.Smallest, Area.Largest) * size * size;
            var ratio = Math.Exp(random.NextDouble(Math.Log(Ratio.Smallest), Math.Log(Ratio.Largest)));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (height < size && width < size)
                return new Box(random.NextInt32(size - width + 1), random.NextInt32(size - height + 1), width, height);
        }

        return null;
    }

    /// <summary>Sets the rectangle to 0, in place.</summary>
    /// <param name="values">(size, size, C), normalised.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="channels">C.</param>
    /// <param name="box">Whole pixels within the image.</param>
    public static void Apply(Span<float> values, int size, int channels, Box box)
    {
        for (var y = (int)box.Top; y < (int)(box.Top + box.Height); y++)
            values.Slice(((y * size) + (int)box.Left) * channels, (int)box.Width * channels).Clear();
    }
}
