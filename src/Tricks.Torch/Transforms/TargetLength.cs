namespace Tricks.Torch.Transforms;

/// <summary>The one check that every transform makes of where it writes.</summary>
internal static class TargetLength
{
    /// <summary>Throws unless the target holds exactly (height, width, channels) values.</summary>
    public static void Check(ReadOnlySpan<float> target, int height, int width, int channels)
    {
        if (target.Length != (long)height * width * channels)
        {
            throw new ArgumentException(
                $"The target has {target.Length} values; an output of (H, W, C) = ({height}, {width}, {channels}) needs "
                + $"{(long)height * width * channels}.", nameof(target));
        }
    }
}
