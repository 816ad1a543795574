using Tricks.Torch.Transforms;

namespace Tricks.Torch.SelfSupervised;

/// <summary>How SimCLR makes a view of an image, in this order: crop and resize, flip, colour jitter, grayscale, blur.</summary>
/// <remarks>SimCLR (arXiv:2002.05709), §3.1 and appendix A; for CIFAR-10 its appendix B.9: strength 0.5 and no blur.</remarks>
public sealed record ViewAugmentation
{
    /// <summary>Smallest and largest area of the crop, as a fraction of the image's. 0 &lt; Smallest &lt;= Largest &lt;= 1, default (0.08, 1).</summary>
    public (double Smallest, double Largest) CropArea { get; init; } = (0.08, 1);

    /// <summary>Smallest and largest width / height of the crop. Default (3/4, 4/3).</summary>
    public (double Smallest, double Largest) CropAspectRatio { get; init; } = (3.0 / 4, 4.0 / 3);

    /// <summary>Probability of mirroring left to right. In [0, 1], default 0.5.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Strength s of the colour jitter: 0.8 s for brightness, contrast and saturation, 0.2 s for hue. In [0, 2.5], default 0.5; 0 is off.</summary>
    public double JitterStrength { get; init; } = 0.5;

    /// <summary>Probability of the colour jitter. In [0, 1], default 0.8.</summary>
    public double JitterProbability { get; init; } = 0.8;

    /// <summary>Probability of turning gray. In [0, 1], default 0.2.</summary>
    public double GrayscaleProbability { get; init; } = 0.2;

    /// <summary>Probability of Gaussian blur with a standard deviation from [0.1, 2] pixels. In [0, 1], default 0 (off).</summary>
    public double BlurProbability { get; init; }

    /// <summary>The paper's for CIFAR-10: strength 0.5, no blur. The defaults.</summary>
    public static ViewAugmentation SmallImage { get; } = new();

    /// <summary>The paper's for ImageNet: strength 1, blur with probability 0.5.</summary>
    public static ViewAugmentation ImageNet { get; } = new() { JitterStrength = 1, BlurProbability = 0.5 };

    /// <summary>Two views that are what evaluation would see of a square image, bit for bit: everything off.</summary>
    public static ViewAugmentation None { get; } = new()
    {
        CropArea = (1, 1),
        CropAspectRatio = (1, 1),
        FlipProbability = 0,
        JitterProbability = 0,
        GrayscaleProbability = 0,
    };

    /// <summary><see cref="SmallImage"/> up to <see cref="Preprocessing.SmallImageSize"/> pixels, <see cref="ImageNet"/> above.</summary>
    public static ViewAugmentation For(int imageSize) => imageSize <= Preprocessing.SmallImageSize ? SmallImage : ImageNet;

    /// <summary>One sentence for every value out of range, with name, value, range and remedy; none for a sound augmentation.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(CropArea.Smallest > 0 && CropArea.Smallest <= CropArea.Largest && CropArea.Largest <= 1))
            yield return $"CropArea is {CropArea}; it must satisfy 0 < Smallest <= Largest <= 1. The usual value is (0.08, 1).";
        if (!(CropAspectRatio.Smallest > 0 && CropAspectRatio.Smallest <= CropAspectRatio.Largest && double.IsFinite(CropAspectRatio.Largest)))
            yield return $"CropAspectRatio is {CropAspectRatio}; it must satisfy 0 < Smallest <= Largest < infinity. The usual value is (3/4, 4/3).";
        foreach (var (name, value, limit, usual) in new[]
        {
            (nameof(FlipProbability), FlipProbability, 1, 0.5),
            (nameof(JitterStrength), JitterStrength, 2.5, 0.5),
            (nameof(JitterProbability), JitterProbability, 1, 0.8),
            (nameof(GrayscaleProbability), GrayscaleProbability, 1, 0.2),
            (nameof(BlurProbability), BlurProbability, 1, 0.5),
        })
        {
            if (!(value >= 0 && value <= limit))
                yield return $"{name} is {value}; it must be in [0, {limit}]. Use 0 to switch it off; the usual value is {usual}.";
        }
    }
}
