using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>A random rectangle of an image, to be resized to the network's size (BoT §2.1).</summary>
/// <remarks>
/// Area uniform in [8%, 100%] of the image's and aspect ratio width / height log-uniform in [3/4, 4/3], so that portrait and
/// landscape are as likely (torchvision, GluonCV). After ten rectangles that do not fit: the largest centred one whose aspect
/// ratio is in range. Edges lie on whole pixels.
/// </remarks>
public sealed record RandomResizedCrop
{
    private const int Tries = 10;

    /// <summary>Smallest and largest area as a fraction of the image's. 0 &lt; Smallest &lt;= Largest &lt;= 1, default (0.08, 1).</summary>
    public (double Smallest, double Largest) Area { get; init; } = (0.08, 1);

    /// <summary>Smallest and largest width / height. 0 &lt; Smallest &lt;= Largest, default (3/4, 4/3).</summary>
    public (double Smallest, double Largest) AspectRatio { get; init; } = (3.0 / 4, 4.0 / 3);

    /// <summary>Draws a rectangle.</summary>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <returns>A rectangle of whole pixels within the image.</returns>
    public Box Draw(int width, int height, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Tries; i++)
        {
            var area = random.NextDouble(Area.Smallest, Area.Largest) * width * height;
            var ratio = Math.Exp(random.NextDouble(Math.Log(AspectRatio.Smallest), Math.Log(AspectRatio.Largest)));
            var (w, h) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (w > 0 && w <= width && h > 0 && h <= height)
                return new Box(random.NextInt32(width - w + 1), random.NextInt32(height - h + 1), w, h);
        }

        return LargestCentered(width, height);
    }

    private Box LargestCentered(int width, int height)
    {
        var ratio = Math.Clamp((double)width / height, AspectRatio.Smallest, AspectRatio.Largest);
        var w = Math.Clamp((int)Math.Round(height * ratio), 1, width);
        var h = Math.Clamp((int)Math.Round(width / ratio), 1, height);
        return new Box((width - w) / 2, (height - h) / 2, w, h);
    }
}
