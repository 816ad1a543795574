using Tricks.Torch.Runtime;

namespace Tricks.Torch.Transforms;

/// <summary>A training image as the network sees it: what <see cref="Augmentation"/> says, in its order, and normalisation.</summary>
/// <remarks>
/// A function of the image and the random numbers handed in, so that (seed, epoch, sample) replays one view.
/// For <see cref="CropKind.PadCrop"/> an image that has not the network's size is first brought there as in evaluation; the
/// padding is 0 after normalisation, which is the mean colour. Immutable, so safe for several threads at once.
/// </remarks>
public sealed class TrainingTransform
{
    private readonly Augmentation _augmentation;
    private readonly RandomResizedCrop _resizedCrop;
    private readonly ColorJitter _jitter;
    private readonly Preprocessing _preprocessing;
    private readonly EvaluationTransform _evaluation;
    private readonly Normalization _normalization;

    /// <summary>Prepares the transform that feeds one network.</summary>
    /// <exception cref="ArgumentException">Options are out of range; the message names every one.</exception>
    public TrainingTransform(Augmentation augmentation, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        var faults = string.Join(Environment.NewLine, augmentation.Faults());
        if (faults.Length > 0)
            throw new ArgumentException(faults, nameof(augmentation));
        (_augmentation, _preprocessing) = (augmentation, preprocessing);
        (_resizedCrop, _jitter) = (augmentation.ResizedCrop, augmentation.Jitter);
        _evaluation = new EvaluationTransform(preprocessing);
        _normalization = new Normalization(preprocessing);
    }

    /// <summary>Writes one random view of the image.</summary>
    /// <param name="image">Any size; as many channels as the preprocessing says.</param>
    /// <param name="random">Where the draws come from; use one per (seed, epoch, sample).</param>
    /// <param name="target">ImageSize * ImageSize * Channels values, (H, W, C), normalised.</param>
    /// <exception cref="ArgumentException">The image has other channels, or the target another length.</exception>
    public void Apply(ImagePixels image, SeededRandom random, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(random);
        ImageChannels.Check(image, _preprocessing);
        TargetLength.Check(target, _preprocessing.ImageSize, _preprocessing.ImageSize, image.Channels);
        if (SeesAPart)
        {
            using var part = new ImagePart(image);
            ApplyToPart(part, _resizedCrop.Draw(image.Width, image.Height, random), random, target);
        }
        else
        {
            ApplyToAll(image, random, target);
        }

        Erase(random, target);
    }

    /// <summary>The same for an image of which only the part that the crop shows is read; bit-equal.</summary>
    /// <param name="read">Reads what the given function chooses, or more. Used if <see cref="SeesAPart"/>.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <param name="target">As above.</param>
    internal void Apply(Func<ChoosePart, ImagePart> read, SeededRandom random, Span<float> target)
    {
        var size = _preprocessing.ImageSize;
        Box? drawn = null;
        using var part = read((width, height) =>
        {
            drawn = _resizedCrop.Draw(width, height, random);
            return Resize.Reach(width, height, drawn.Value, size, size, _preprocessing.Interpolation);
        });
        ImageChannels.Check(part.Channels, _preprocessing);
        TargetLength.Check(target, size, size, part.Channels);
        var box = drawn ?? _resizedCrop.Draw(part.Width, part.Height, random); // where all was at hand, nobody asked
        ApplyToPart(part, box, random, target);
        Erase(random, target);
    }

    /// <summary>Whether a view needs less than the whole image: random resized crops do.</summary>
    internal bool SeesAPart => _augmentation.Crop == CropKind.RandomResizedCrop;

    private void ApplyToPart(ImagePart image, Box box, SeededRandom random, Span<float> target)
    {
        var (size, interpolation) = (_preprocessing.ImageSize, _preprocessing.Interpolation);
        var (flip, color) = DrawFlipAndColor(random);
        if (image.Channels == 3 && !_augmentation.HasOperations && color != ColorTransform.Identity)
        {
            Resize.Apply(image, box, size, interpolation, flip, color, _normalization, target);
            return;
        }

        Resize.Apply(image, box, size, size, new Resize.Window(0, 0, size, size), interpolation, target);
        if (_augmentation.HasOperations)
            AutoAugmentation.Apply(target, size, image.Channels, _augmentation, random);
        color.Apply(target, image.Channels);
        _normalization.Apply(target);
        if (flip)
            HorizontalFlip.Apply(target, size, image.Channels);
    }

    /// <summary>The view of evaluation's part. A byte image that keeps its size and colours is normalised straight to its place.</summary>
    private void ApplyToAll(ImagePixels image, SeededRandom random, Span<float> target)
    {
        var (size, channels) = (_preprocessing.ImageSize, _preprocessing.Channels);
        var move = _augmentation.Crop == CropKind.PadCrop ? PadCrop.Draw(_augmentation.Padding, random) : default;
        var (flip, color) = DrawFlipAndColor(random);
        if (!_augmentation.HasOperations && color == ColorTransform.Identity && _evaluation.IsUnchanged(image))
        {
            move.Apply(image.Values, _normalization, size, channels, flip, target);
            return;
        }

        ApplySlowly(image, move, color, random, target);
        if (flip)
            HorizontalFlip.Apply(target, size, channels);
    }

    private void ApplySlowly(ImagePixels image, PadCrop move, ColorTransform color, SeededRandom random, Span<float> target)
    {
        var size = _preprocessing.ImageSize;
        _evaluation.Crop(image, target);
        if (_augmentation.HasOperations)
            AutoAugmentation.Apply(target, size, image.Channels, _augmentation, random);
        color.Apply(target, image.Channels);
        _normalization.Apply(target);
        if (move != default)
            move.Apply(target, size, image.Channels);
    }

    private (bool Flip, ColorTransform Color) DrawFlipAndColor(SeededRandom random)
    {
        var flip = random.NextBoolean(_augmentation.FlipProbability);
        var color = _jitter.Draw(random);
        return (flip, color with { Offset = PcaNoise.Draw(_augmentation.PcaNoise, random) });
    }

    private void Erase(SeededRandom random, Span<float> target)
    {
        if (_augmentation.ErasingProbability > 0 && random.NextBoolean(_augmentation.ErasingProbability)
            && RandomErasing.Draw(_preprocessing.ImageSize, random) is { } erased)
        {
            RandomErasing.Apply(target, _preprocessing.ImageSize, _preprocessing.Channels, erased);
        }
    }
}
