namespace Tricks.Torch.Transforms;

/// <summary>The operations that TrivialAugment and RandAugment choose from (AutoAugment, arXiv:1805.09501).</summary>
public enum ImageOperation
{
    /// <summary>None.</summary>
    Identity,

    /// <summary>Column x + m (y + 1/2) of each row y; m of about -1 to 1.</summary>
    ShearX,

    /// <summary>Row y + m (x + 1/2) of each column x.</summary>
    ShearY,

    /// <summary>m pixels to the right, in whole pixels.</summary>
    TranslateX,

    /// <summary>m pixels down, in whole pixels.</summary>
    TranslateY,

    /// <summary>m degrees counter-clockwise about the centre.</summary>
    Rotate,

    /// <summary>Times 1 + m.</summary>
    Brightness,

    /// <summary>Away from the gray image by the factor 1 + m.</summary>
    Color,

    /// <summary>Away from the mean of the gray image by the factor 1 + m.</summary>
    Contrast,

    /// <summary>Away from the smoothed image by the factor 1 + m.</summary>
    Sharpness,

    /// <summary>The upper m bits.</summary>
    Posterize,

    /// <summary>Values from m on are turned over: 255 - v.</summary>
    Solarize,

    /// <summary>Each channel stretched to 0..255.</summary>
    AutoContrast,

    /// <summary>Each channel's histogram flattened.</summary>
    Equalize,
}
