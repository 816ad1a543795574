namespace Tricks.Torch.Transforms;

/// <summary>Evaluation: shorter side to round(ImageSize / CropRatio), centre crop or several crops, normalise (BoT §2.1).</summary>
/// <remarks>Deterministic, and safe for several threads at once.</remarks>
public sealed class EvaluationTransform
{
    private readonly Preprocessing _preprocessing;
    private readonly Normalization _normalization;
    private readonly int _shorterSide;
    private readonly IReadOnlyList<(double X, double Y)> _places;

    /// <summary>Prepares the transform that feeds one network.</summary>
    /// <param name="preprocessing">What the network expects.</param>
    /// <param name="crops">1: the centre; 5: top left, top right, bottom left, bottom right, centre.</param>
    /// <exception cref="ArgumentException">A value of the preprocessing is out of range.</exception>
    public EvaluationTransform(Preprocessing preprocessing, int crops = 1)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        Check(preprocessing);
        _places = crops switch
        {
            1 => [(0.5, 0.5)],
            5 => [(0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5)],
            _ => throw new ArgumentOutOfRangeException(nameof(crops), crops, "There is 1 crop, or there are 5."),
        };
        _preprocessing = preprocessing;
        _normalization = new Normalization(preprocessing);
        _shorterSide = (int)Math.Round(preprocessing.ImageSize / preprocessing.CropRatio);
    }

    /// <summary>Crops of an image.</summary>
    internal int Crops => _places.Count;

    /// <summary>Writes the transformed image.</summary>
    /// <param name="image">Any size; as many channels as the preprocessing says.</param>
    /// <param name="target">crops * ImageSize * ImageSize * Channels values, (crops, H, W, C), normalised.</param>
    /// <exception cref="ArgumentException">The image has other channels, or the target another length.</exception>
    public void Apply(ImagePixels image, Span<float> target)
    {
        ImageChannels.Check(image, _preprocessing);
        var size = _preprocessing.ImageSize;
        TargetLength.Check(target, _places.Count * size, size, image.Channels);
        var length = target.Length / _places.Count;
        for (var i = 0; i < _places.Count; i++)
            Apply(image, _places[i], target.Slice(i * length, length));
    }

    private void Apply(ImagePixels image, (double X, double Y) place, Span<float> target)
    {
        if (IsUnchanged(image))
        {
            _normalization.Apply(image.Values, target);
            return;
        }

        Crop(image, target, place.X, place.Y);
        _normalization.Apply(target);
    }

    /// <summary>Brings an image to the network's size without normalising: by default the centre, (H, W, C) in units of 0..255.</summary>
    internal void Crop(ImagePixels image, Span<float> target, double x = 0.5, double y = 0.5) =>
        CenterCrop.Apply(image, _shorterSide, _preprocessing.ImageSize, target, x, y, _preprocessing.Interpolation);

    /// <summary>True if cropping would return the very same values, so that normalising the bytes does the rest.</summary>
    internal bool IsUnchanged(ImagePixels image) =>
        _shorterSide == _preprocessing.ImageSize && image.Width == _shorterSide && image.Height == _shorterSide;

    private static void Check(Preprocessing preprocessing)
    {
        if (preprocessing.ImageSize < 1)
        {
            throw new ArgumentException(
                $"ImageSize is {preprocessing.ImageSize}; it must be at least 1 pixel.", nameof(preprocessing));
        }

        if (!(preprocessing.CropRatio is > 0 and <= 1))
        {
            throw new ArgumentException(
                $"CropRatio is {preprocessing.CropRatio}; it must be in (0, 1]. Use 1 to crop nothing of a square image.",
                nameof(preprocessing));
        }
    }
}
