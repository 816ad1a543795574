namespace Tricks.Torch.Transforms;

/// <summary>The one check that every transform makes of what it reads.</summary>
internal static class ImageChannels
{
    /// <summary>Throws unless the image has the channels that the network expects.</summary>
    public static void Check(ImagePixels image, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(image);
        Check(image.Channels, preprocessing);
    }

    /// <summary>The same of an image of that many channels.</summary>
    public static void Check(int channels, Preprocessing preprocessing)
    {
        if (channels != preprocessing.Channels)
        {
            throw new ArgumentException(
                $"The image has {channels} channel(s), the network expects {preprocessing.Channels}. "
                + $"Decode the image to {preprocessing.Channels} channel(s).", nameof(channels));
        }
    }
}
