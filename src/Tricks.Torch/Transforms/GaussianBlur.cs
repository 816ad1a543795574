namespace Tricks.Torch.Transforms;

/// <summary>Blurs an image by a Gaussian (SimCLR, arXiv:2002.05709, appendix A).</summary>
/// <remarks>The kernel is separable, cut at a given width and normalised; edges are mirrored without repeating the edge pixel, as in torchvision.</remarks>
public static class GaussianBlur
{
    [ThreadStatic]
    private static Buffer<float>? _scratch;

    /// <summary>SimCLR's kernel width: a tenth of the image, made odd, at least 3.</summary>
    public static int KernelSize(int imageSize) => Math.Max(3, (imageSize / 10) | 1);

    /// <summary>Blurs in place.</summary>
    /// <param name="values">(size, size, C), channels interleaved.</param>
    /// <param name="size">Height and width, greater than kernelSize / 2.</param>
    /// <param name="channels">C.</param>
    /// <param name="kernelSize">Width of the kernel in pixels, odd.</param>
    /// <param name="sigma">Standard deviation in pixels, greater than 0; SimCLR draws it from [0.1, 2].</param>
    public static void Apply(Span<float> values, int size, int channels, int kernelSize, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        ArgumentOutOfRangeException.ThrowIfZero(kernelSize % 2, nameof(kernelSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kernelSize / 2, size, nameof(kernelSize));
        TargetLength.Check(values, size, size, channels);
        var weights = Weights(kernelSize, sigma);
        var line = (_scratch ??= new Buffer<float>()).Of(size);
        for (var channel = 0; channel < channels; channel++)
        {
            for (var i = 0; i < size; i++)
            {
                BlurLine(values, (i * size * channels) + channel, channels, line, weights);        // along row i
            }

            for (var i = 0; i < size; i++)
                BlurLine(values, (i * channels) + channel, size * channels, line, weights);        // down column i
        }
    }

    private static void BlurLine(Span<float> values, int start, int stride, Span<float> line, ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < line.Length; i++)
            line[i] = values[start + (i * stride)];
        var radius = weights.Length / 2;
        for (var i = 0; i < line.Length; i++)
        {
            var sum = 0f;
            for (var k = 0; k < weights.Length; k++)
                sum += weights[k] * line[Mirrored(i + k - radius, line.Length)];
            values[start + (i * stride)] = sum;
        }
    }

    private static int Mirrored(int i, int length) => i < 0 ? -i : i >= length ? (2 * length) - 2 - i : i;

    private static float[] Weights(int kernelSize, double sigma)
    {
        var weights = new double[kernelSize];
        for (var k = 0; k < kernelSize; k++)
            weights[k] = Math.Exp(-0.5 * Math.Pow((k - (kernelSize / 2)) / sigma, 2));
        var sum = weights.Sum();
        return [.. weights.Select(weight => (float)(weight / sum))];
    }
}
