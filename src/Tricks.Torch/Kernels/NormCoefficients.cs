using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Batch normalisation as one multiplication and one addition: scale = gamma / sqrt(var + eps), shift = beta - mean * scale.</summary>
internal static unsafe class NormCoefficients
{
    /// <summary>Scale and shift of each channel.</summary>
    /// <remarks>gamma: (C), float32. beta: (C), float32.</remarks>
    internal static (float[] Scale, float[] Shift) Of(
        Tensor gamma, Tensor beta, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, double epsilon)
    {
        var channels = mean.Length;
        var (scale, shift) = (new float[channels], new float[channels]);
        var g = new ReadOnlySpan<float>(TensorMemory.Of(gamma), channels);
        var b = new ReadOnlySpan<float>(TensorMemory.Of(beta), channels);
        for (var c = 0; c < channels; c++)
        {
            var slope = g[c] / Math.Sqrt(variance[c] + epsilon);
            (scale[c], shift[c]) = ((float)slope, (float)(b[c] - (mean[c] * slope)));
        }

        return (scale, shift);
    }
}
