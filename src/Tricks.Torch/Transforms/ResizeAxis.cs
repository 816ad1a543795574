namespace Tricks.Torch.Transforms;

/// <summary>A filter along one axis: which source pixels make an output pixel, and with which weights.</summary>
/// <remarks>
/// With scale = source length / output length and stretch = max(scale, 1), output pixel i has its centre at
/// c = start + (i + 1/2) * scale in the source, and source pixel j weighs w((j + 1/2 - c) / stretch), divided by
/// the sum of the weights; w is that of <see cref="Interpolation"/>. This is Pillow's <c>precompute_coeffs</c>
/// (src/libImaging/Resample.c) for BILINEAR and BICUBIC.
/// An instance is scratch that is computed anew for each image, so that resizing allocates nothing.
/// </remarks>
internal sealed class ResizeAxis
{
    private int[] _first = [];
    private int[] _count = [];
    private float[] _weights = [];
    private int _taps;

    /// <summary>The first source pixel that any output pixel needs.</summary>
    public int SourceStart { get; private set; }

    /// <summary>One past the last source pixel that any output pixel needs.</summary>
    public int SourceEnd { get; private set; }

    /// <summary>The first source pixel of output pixel <paramref name="i"/>.</summary>
    public int First(int i) => _first[i];

    /// <summary>The weights of the source pixels <c>First(i)</c>, <c>First(i) + 1</c>, ...; they add up to 1.</summary>
    public ReadOnlySpan<float> Weights(int i) => _weights.AsSpan(i * _taps, _count[i]);

    /// <summary>Computes the weights of a run of output pixels.</summary>
    /// <param name="sourceLength">Pixels of the source along this axis.</param>
    /// <param name="start">Where the resized stretch begins in the source.</param>
    /// <param name="scale">Source pixels per output pixel.</param>
    /// <param name="skip">The first output pixel wanted.</param>
    /// <param name="length">Number of output pixels wanted.</param>
    /// <param name="interpolation">The filter.</param>
    public void Compute(int sourceLength, double start, double scale, int skip, int length, Interpolation interpolation)
    {
        var stretch = Math.Max(scale, 1);
        var support = interpolation == Interpolation.Bicubic ? 2 * stretch : stretch;
        Reserve(length, taps: (2 * (int)Math.Ceiling(support)) + 1);
        (SourceStart, SourceEnd) = (sourceLength, 0);
        for (var i = 0; i < length; i++)
        {
            var center = start + ((skip + i + 0.5) * scale);
            var first = Math.Max((int)(center - support + 0.5), 0);
            var end = Math.Min((int)(center + support + 0.5), sourceLength);
            _first[i] = first;
            _count[i] = Fill(_weights.AsSpan(i * _taps, end - first), first + 0.5 - center, stretch, interpolation);
            SourceStart = Math.Min(SourceStart, first);
            SourceEnd = Math.Max(SourceEnd, first + _count[i]);
        }
    }

    /// <summary>Writes normalised weights and returns how many there are up to the last that is not 0.</summary>
    private static int Fill(Span<float> weights, double distance, double stretch, Interpolation interpolation)
    {
        var sum = 0.0;
        var used = 0;
        for (var k = 0; k < weights.Length; k++)
        {
            var weight = Weight((distance + k) / stretch, interpolation);
            sum += weight;
            if (weight != 0)
                used = k + 1;
        }

        for (var k = 0; k < used; k++)
            weights[k] = (float)(Weight((distance + k) / stretch, interpolation) / sum);
        return used;
    }

    private static double Weight(double x, Interpolation interpolation) => interpolation == Interpolation.Bicubic ? Cubic(Math.Abs(x)) : Triangle(x);

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x)
    {
        const double A = -0.5;
        if (x < 1)
            return (((((A + 2) * x) - (A + 3)) * x) * x) + 1;
        return x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * A) : 0;
    }

    private void Reserve(int length, int taps)
    {
        _taps = taps;
        if (_first.Length < length)
            (_first, _count) = (new int[length], new int[length]);
        if (_weights.Length < length * taps)
            _weights = new float[length * taps];
    }
}
