using Tricks.Torch.Transforms;

namespace Tricks.Torch.SelfSupervised;

/// <summary>The check that views do not have more pixels than there are to see.</summary>
internal static class ViewSize
{
    /// <summary>Throws when the image is smaller than its views.</summary>
    /// <param name="image">Decoded.</param>
    /// <param name="viewSize">Height and width of a view in pixels.</param>
    /// <param name="name">The file or row, for the message.</param>
    public static void Check(ImagePixels image, int viewSize, string name)
    {
        var shorter = Math.Min(image.Width, image.Height);
        if (shorter < viewSize)
        {
            throw new ArgumentException(
                $"{name} has {image.Width} x {image.Height} pixels; ImageSize is {viewSize}, so its views would be larger than the image. "
                + $"Lower ImageSize to at most {shorter}, leave the image out, or set EnlargeSmallImages.");
        }
    }
}
