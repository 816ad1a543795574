using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Images;

/// <summary>Gray to RGB and back.</summary>
internal static class ChannelConversion
{
    /// <summary>The image with the wanted channels: gray is repeated three times, RGB becomes its luma (Rec. 601).</summary>
    /// <returns>The image itself where it already has them.</returns>
    public static ImagePixels To(ImagePixels image, int channels) => (image.Channels, channels) switch
    {
        (1, 3) => ToRgb(image),
        (3, 1) => ToGray(image),
        _ => image,
    };

    private static ImagePixels ToRgb(ImagePixels gray)
    {
        var values = new byte[gray.Values.Length * 3];
        for (var i = 0; i < gray.Values.Length; i++)
            values.AsSpan(i * 3, 3).Fill(gray.Values[i]);
        return new ImagePixels(gray.Width, gray.Height, 3, values);
    }

    private static ImagePixels ToGray(ImagePixels rgb)
    {
        var values = new byte[rgb.Width * rgb.Height];
        for (var i = 0; i < values.Length; i++)
            values[i] = Luma.Of(rgb.Values[i * 3], rgb.Values[(i * 3) + 1], rgb.Values[(i * 3) + 2]);
        return new ImagePixels(rgb.Width, rgb.Height, 1, values);
    }
}
