namespace Tricks.Torch.Schedules;

/// <summary>Progressive resizing: early epochs see smaller images, which cost less; the last ones see full size.</summary>
/// <remarks>
/// Composer's schedule (docs.mosaicml.com, "Progressive Image Resizing"; the idea is fast.ai's, DAWNBench 2018): the first half of the
/// epochs at the initial scale, the last fifth at full size, a straight line between, rounded to multiples of 4 pixels. At
/// scale 1 every epoch has the full size.
/// </remarks>
/// <param name="Size">Height and width at full size, in pixels.</param>
/// <param name="InitialScale">The first epochs' size as a fraction of it, in (0, 1]; 1 is off.</param>
/// <param name="Epochs">The epochs of the training.</param>
public sealed record ImageSizeSchedule(int Size, double InitialScale, int Epochs)
{
    private const double Delay = 0.5;
    private const double FullFrom = 0.8;
    private const int Multiple = 4;

    /// <summary>Height and width of the training images of an epoch, counted from 0.</summary>
    public int At(int epoch)
    {
        var progress = Math.Clamp(((double)epoch / Epochs - Delay) / (FullFrom - Delay), 0, 1);
        var scale = InitialScale + ((1 - InitialScale) * progress);
        return scale >= 1 ? Size : Math.Min(Size, Math.Max(Multiple, (int)Math.Round(Size * scale / Multiple) * Multiple));
    }
}
