using System.Numerics;
using System.Runtime.InteropServices;

namespace Tricks.Torch.Transforms;

/// <summary>An affine map of colours: (r, g, b) becomes Matrix (r, g, b) + Offset. Values are in units of 0..255, not clipped.</summary>
/// <remarks>
/// All colour jitter and PCA noise of one image fold into one such map, so they cost one pass. A gray image takes the luma of
/// what the same gray in RGB would become.
/// </remarks>
/// <param name="Red">First column of the matrix: what red contributes.</param>
/// <param name="Green">Second column: what green contributes.</param>
/// <param name="Blue">Third column: what blue contributes.</param>
/// <param name="Offset">What is added.</param>
public readonly record struct ColorTransform(Vector3 Red, Vector3 Green, Vector3 Blue, Vector3 Offset)
{
    /// <summary>Changes nothing.</summary>
    public static ColorTransform Identity { get; } = new(Vector3.UnitX, Vector3.UnitY, Vector3.UnitZ, Vector3.Zero);

    /// <summary>What becomes of one colour.</summary>
    public Vector3 Apply(Vector3 color) => (Red * color.X) + (Green * color.Y) + (Blue * color.Z) + Offset;

    /// <summary>Maps an image in place.</summary>
    /// <param name="values">(..., C), channels interleaved.</param>
    /// <param name="channels">C, 1 (gray) or 3 (red, green, blue).</param>
    public void Apply(Span<float> values, int channels)
    {
        if (this == Identity)
            return;
        if (channels == 3)
            ApplyToColors(MemoryMarshal.Cast<float, Vector3>(values));
        else
            ApplyToGray(values);
    }

    private void ApplyToColors(Span<Vector3> colors)
    {
        var (red, green, blue, offset) = this;
        for (var i = 0; i < colors.Length; i++)
        {
            var color = colors[i];
            colors[i] = (red * color.X) + (green * color.Y) + (blue * color.Z) + offset;
        }
    }

    private void ApplyToGray(Span<float> values)
    {
        var scale = LumaOf(Red + Green + Blue); // gray v is the colour (v, v, v)
        var offset = LumaOf(Offset);
        for (var i = 0; i < values.Length; i++)
            values[i] = (values[i] * scale) + offset;

        static float LumaOf(Vector3 color) => (float)Luma.Of(color.X, color.Y, color.Z);
    }
}
