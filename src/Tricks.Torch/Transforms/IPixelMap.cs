using System.Runtime.Intrinsics;

namespace Tricks.Torch.Transforms;

/// <summary>What is done to each resized colour before it is written. A structure, so that it is compiled into the loop.</summary>
internal interface IPixelMap
{
    /// <summary>The colour to write; the fourth value has no meaning.</summary>
    Vector128<float> Of(Vector128<float> color);
}

/// <summary>Nothing.</summary>
internal readonly struct SameColor : IPixelMap
{
    public Vector128<float> Of(Vector128<float> color) => color;
}

/// <summary>A cubic overshoots at edges; no pixel is darker than black.</summary>
internal readonly struct ClippedColor : IPixelMap
{
    public Vector128<float> Of(Vector128<float> color) => Vector128.Min(Vector128.Max(color, Vector128<float>.Zero), Vector128.Create(255f));
}

/// <summary>Colour jitter and normalisation, bit-equal to <see cref="ColorTransform"/> and <see cref="Normalization"/> one after the other.</summary>
internal readonly struct NormalizedColor<TBefore>(TBefore before, ColorTransform color, Normalization normalization) : IPixelMap
    where TBefore : struct, IPixelMap
{
    private readonly TBefore _before = before;
    private readonly Vector128<float> _red = color.Red.AsVector128();
    private readonly Vector128<float> _green = color.Green.AsVector128();
    private readonly Vector128<float> _blue = color.Blue.AsVector128();
    private readonly Vector128<float> _offset = color.Offset.AsVector128();
    private readonly Vector128<float> _mean = normalization.Mean;
    private readonly Vector128<float> _deviation = normalization.Deviation;

    public Vector128<float> Of(Vector128<float> color)
    {
        color = _before.Of(color);
        color = (_red * color[0]) + (_green * color[1]) + (_blue * color[2]) + _offset;
        return (color - _mean) / _deviation;
    }
}
