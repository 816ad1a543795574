namespace Tricks.Torch.Transforms;

/// <summary>The one check that every transform makes of what it reads.</summary>
internal static class ImageChannels
{
    /// <summary>Throws unless the image has the channels that the network expects.</summary>
    public static void Check(ImagePixels image, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels != preprocessing.Channels)
        {
            throw new ArgumentException(
                $"The image has {image.Channels} channel(s), the network expects {preprocessing.Channels}. "
                + $"Decode the image to {preprocessing.Channels} channel(s).", nameof(image));
        }
    }
}
