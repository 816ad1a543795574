using System.Numerics;
using System.Runtime.InteropServices;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.SelfSupervised;

/// <summary>Makes random views of images for SimCLR.</summary>
/// <remarks>A view is a function of (seed, epoch, image, view). Immutable, so safe for several threads at once.</remarks>
public sealed class ViewTransform
{
    private readonly ViewAugmentation _augmentation;
    private readonly Preprocessing _preprocessing;
    private readonly Normalization _normalization;
    private readonly RandomResizedCrop _crop;
    private readonly RandomOrderColorJitter _jitter;

    /// <summary>Prepares the views that feed one network.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message names every one.</exception>
    public ViewTransform(ViewAugmentation augmentation, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        ArgumentNullException.ThrowIfNull(preprocessing);
        var faults = string.Join(Environment.NewLine, augmentation.Faults().Concat(preprocessing.Faults()));
        if (faults.Length > 0)
            throw new ArgumentException(faults, nameof(augmentation));
        (_augmentation, _preprocessing) = (augmentation, preprocessing);
        _normalization = new Normalization(preprocessing);
        _crop = new RandomResizedCrop { Area = augmentation.CropArea, AspectRatio = augmentation.CropAspectRatio };
        _jitter = RandomOrderColorJitter.OfStrength(augmentation.JitterStrength);
    }

    /// <summary>Height and width of a view in pixels.</summary>
    public int ImageSize => _preprocessing.ImageSize;

    /// <summary>1 (gray) or 3 (RGB).</summary>
    public int Channels => _preprocessing.Channels;

    /// <summary>The random numbers of one view.</summary>
    /// <param name="seed">The seed of the pretraining.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="image">The position of the image in the data.</param>
    /// <param name="view">0 or 1.</param>
    public static SeededRandom Random(long seed, int epoch, int image, int view) =>
        SeededRandom.For(seed, RandomPurpose.View, epoch, (2L * image) + view);

    /// <summary>Writes one view of the image, normalised.</summary>
    /// <param name="image">Any size; as many channels as the preprocessing says.</param>
    /// <param name="random">Where the draws come from; see <see cref="Random"/>.</param>
    /// <param name="target">ImageSize * ImageSize * Channels values, (H, W, C).</param>
    /// <exception cref="ArgumentException">The image has other channels, or the target another length.</exception>
    public void Apply(ImagePixels image, SeededRandom random, Span<float> target)
    {
        ApplyWithoutNormalizing(image, random, target);
        _normalization.Apply(target);
    }

    /// <summary>The same in units of 0..255, for looking at it.</summary>
    internal void ApplyWithoutNormalizing(ImagePixels image, SeededRandom random, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(random);
        ImageChannels.Check(image, _preprocessing);
        var (size, channels) = (_preprocessing.ImageSize, _preprocessing.Channels);
        Resize.Apply(image, _crop.Draw(image.Width, image.Height, random), size, size, new Resize.Window(0, 0, size, size), _preprocessing.Interpolation, target);
        if (random.NextBoolean(_augmentation.FlipProbability))
            HorizontalFlip.Apply(target, size, channels);
        if (random.NextBoolean(_augmentation.JitterProbability))
            _jitter.Apply(target, channels, random);
        if (random.NextBoolean(_augmentation.GrayscaleProbability) && channels == 3)
            ToGray(target);
        if (random.NextBoolean(_augmentation.BlurProbability))
            GaussianBlur.Apply(target, size, channels, GaussianBlur.KernelSize(size), random.NextDouble(0.1, 2));
    }

    private static void ToGray(Span<float> values)
    {
        foreach (ref var color in MemoryMarshal.Cast<float, Vector3>(values))
            color = new Vector3((float)Luma.Of(color.X, color.Y, color.Z));
    }
}
