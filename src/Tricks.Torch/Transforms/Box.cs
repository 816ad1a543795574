namespace Tricks.Torch.Transforms;

/// <summary>A rectangle of an image in pixels; edges may lie between pixels.</summary>
/// <param name="Left">Left edge, 0 at the left edge of the first pixel.</param>
/// <param name="Top">Upper edge, 0 at the upper edge of the first row.</param>
/// <param name="Width">Width, above 0.</param>
/// <param name="Height">Height, above 0.</param>
public readonly record struct Box(double Left, double Top, double Width, double Height)
{
    /// <summary>The whole image.</summary>
    public static Box Of(ImagePixels image) => new(0, 0, image.Width, image.Height);
}
