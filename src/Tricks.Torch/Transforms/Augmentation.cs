namespace Tricks.Torch.Transforms;

/// <summary>How the part of a training image is chosen that the network sees.</summary>
public enum CropKind
{
    /// <summary>The part that evaluation sees: shorter side resized, centre cropped.</summary>
    None,

    /// <summary>A random rectangle, resized (<see cref="Transforms.RandomResizedCrop"/>; BoT §2.1).</summary>
    RandomResizedCrop,

    /// <summary>Evaluation's part, moved by up to <see cref="Augmentation.Padding"/> pixels (<see cref="Transforms.PadCrop"/>; [R §4.2]).</summary>
    PadCrop,
}

/// <summary>
/// What is done to a training image, in this order: crop, operations of TrivialAugment or RandAugment, colour jitter, PCA
/// noise, normalisation, the move of a padded crop, flip, erasing.
/// </summary>
public sealed record Augmentation
{
    /// <summary>How the part of the image is chosen. Default None.</summary>
    public CropKind Crop { get; init; }

    /// <summary>Smallest and largest area of a random resized crop, as a fraction of the image's. Default (0.08, 1).</summary>
    public (double Smallest, double Largest) CropArea { get; init; } = (0.08, 1);

    /// <summary>Smallest and largest width / height of a random resized crop. Default (3/4, 4/3).</summary>
    public (double Smallest, double Largest) CropAspectRatio { get; init; } = (3.0 / 4, 4.0 / 3);

    /// <summary>Pixels added on each side for a padded crop. Range [0, 1024], default 4.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>Probability of mirroring left to right. Range [0, 1], default 0 (off).</summary>
    public double FlipProbability { get; init; }

    /// <summary>The brightness factor is uniform in [1 - x, 1 + x]. Range [0, 1], default 0 (off).</summary>
    public double Brightness { get; init; }

    /// <summary>The saturation factor is uniform in [1 - x, 1 + x]. Range [0, 1], default 0 (off).</summary>
    public double Saturation { get; init; }

    /// <summary>The hue factor is uniform in [1 - x, 1 + x], each 1 being half a turn. Range [0, 1], default 0 (off).</summary>
    public double Hue { get; init; }

    /// <summary>Standard deviation of the coefficients of PCA colour noise. Range [0, 10], default 0 (off).</summary>
    public double PcaNoise { get; init; }

    /// <summary>How random operations are chosen (<see cref="Transforms.AutoAugmentation"/>). Default None (off).</summary>
    public AutoAugmentationKind AutoAugmentation { get; init; }

    /// <summary>RandAugment's number of operations. Range [0, 14], default 2; 0 is off.</summary>
    public int RandAugmentOperations { get; init; } = 2;

    /// <summary>RandAugment's magnitude. Range [0, 30], default 9 (torchvision's).</summary>
    public int RandAugmentMagnitude { get; init; } = 9;

    /// <summary>Probability of blanking out a random rectangle (<see cref="RandomErasing"/>). Range [0, 1], default 0 (off); the paper's value is 0.5.</summary>
    public double ErasingProbability { get; init; }

    /// <summary>BoT §2.1: random resized crop, flip 0.5, hue, saturation and brightness 0.4, PCA noise 0.1.</summary>
    public static Augmentation ImageNet { get; } = new()
    {
        Crop = CropKind.RandomResizedCrop,
        FlipProbability = 0.5,
        Brightness = 0.4,
        Saturation = 0.4,
        Hue = 0.4,
        PcaNoise = 0.1,
    };

    /// <summary>[R §4.2] for CIFAR: 4 pixels of padding, random crop, flip 0.5.</summary>
    public static Augmentation SmallImage { get; } = new() { Crop = CropKind.PadCrop, Padding = 4, FlipProbability = 0.5 };

    /// <summary>No augmentation: training sees what evaluation sees, bit for bit.</summary>
    public static Augmentation None { get; } = new();

    /// <summary><see cref="SmallImage"/> up to <see cref="Preprocessing.SmallImageSize"/> pixels, <see cref="ImageNet"/> above.</summary>
    public static Augmentation For(int imageSize) => imageSize <= Preprocessing.SmallImageSize ? SmallImage : ImageNet;

    /// <summary>Whether TrivialAugment or RandAugment does anything.</summary>
    internal bool HasOperations =>
        AutoAugmentation == AutoAugmentationKind.Trivial || (AutoAugmentation == AutoAugmentationKind.Rand && RandAugmentOperations > 0);

    internal RandomResizedCrop ResizedCrop => new() { Area = CropArea, AspectRatio = CropAspectRatio };

    internal ColorJitter Jitter => new() { Brightness = Brightness, Saturation = Saturation, Hue = Hue };

    /// <summary>Every option out of range, as a sentence with name, value, range and remedy; empty if there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Crop))
            yield return $"Crop is {Crop}; it must be one of {string.Join(", ", Enum.GetNames<CropKind>())}.";
        if (!(CropArea.Smallest > 0 && CropArea.Smallest <= CropArea.Largest && CropArea.Largest <= 1))
            yield return $"CropArea is {CropArea}; it must satisfy 0 < Smallest <= Largest <= 1. The usual value is (0.08, 1).";
        if (!(CropAspectRatio.Smallest > 0 && CropAspectRatio.Smallest <= CropAspectRatio.Largest && double.IsFinite(CropAspectRatio.Largest)))
        {
            yield return $"CropAspectRatio is {CropAspectRatio}; it must satisfy 0 < Smallest <= Largest < infinity. "
                + "The usual value is (3/4, 4/3).";
        }

        if (Padding is < 0 or > 1024)
            yield return $"Padding is {Padding}; it must be in [0, 1024] pixels. The usual value is 4.";
        if (!Enum.IsDefined(AutoAugmentation))
            yield return $"AutoAugmentation is {(int)AutoAugmentation}; it must be one of {string.Join(", ", Enum.GetNames<AutoAugmentationKind>())}.";
        if (RandAugmentOperations is < 0 or > 14)
            yield return $"RandAugmentOperations is {RandAugmentOperations}; it must be in [0, 14]. Use 0 to switch it off; the usual value is 2.";
        if (RandAugmentMagnitude is < 0 or >= Transforms.AutoAugmentation.Bins)
            yield return $"RandAugmentMagnitude is {RandAugmentMagnitude}; it must be in [0, {Transforms.AutoAugmentation.Bins - 1}]. The usual value is 9.";
        foreach (var (name, value, limit, usual) in Amounts)
        {
            if (!(value >= 0 && value <= limit))
                yield return $"{name} is {value}; it must be in [0, {limit}]. Use 0 to switch it off; the usual value is {usual}.";
        }
    }

    private (string Name, double Value, double Limit, double Usual)[] Amounts =>
    [
        (nameof(FlipProbability), FlipProbability, 1, 0.5),
        (nameof(Brightness), Brightness, 1, 0.4),
        (nameof(Saturation), Saturation, 1, 0.4),
        (nameof(Hue), Hue, 1, 0.4),
        (nameof(PcaNoise), PcaNoise, 10, 0.1),
        (nameof(ErasingProbability), ErasingProbability, 1, 0.5),
    ];
}
