namespace Tricks.Torch.Transforms;

/// <summary>The filter that resizes images. Both are antialiased: when an axis shrinks, the filter widens with it.</summary>
public enum Interpolation
{
    /// <summary>A triangle: w(x) = 1 - |x| for |x| &lt; 1. torchvision's weights were trained with it.</summary>
    Bilinear,

    /// <summary>
    /// Keys' cubic with a = -1/2, as Pillow's BICUBIC: w(x) = (a + 2)|x|^3 - (a + 3)|x|^2 + 1 for |x| &lt; 1 and
    /// a|x|^3 - 5a|x|^2 + 8a|x| - 4a for 1 &lt;= |x| &lt; 2. It overshoots at edges; results are clipped to 0..255. Most of timm's weights were trained with it.
    /// </summary>
    Bicubic,
}
