using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A batch normalisation with what follows it: a shortcut's addition, a ReLU. y = act(norm(x) + residual).</summary>
/// <remarks>
/// On the CPU, channels-last with C a multiple of 16, one fused kernel; elsewhere libtorch's operators. Weights and
/// statistics belong to the <see cref="TorchSharp.Modules.BatchNorm2d"/>.
/// </remarks>
internal static unsafe class NormActivation
{
    /// <summary>max(norm(x) + residual, 0).</summary>
    /// <param name="norm">The normalisation, training or not.</param>
    /// <param name="x">(N, C, H, W); may be overwritten.</param>
    /// <param name="residual">(N, C, H, W), or null.</param>
    internal static Tensor Relu(BatchNorm2d norm, Tensor x, Tensor? residual = null) => Of(norm, x, residual, relu: true);

    /// <summary>norm(x).</summary>
    /// <param name="norm">The normalisation, training or not.</param>
    /// <param name="x">(N, C, H, W); may be overwritten.</param>
    internal static Tensor Identity(BatchNorm2d norm, Tensor x) => Of(norm, x, residual: null, relu: false);

    /// <summary>max(norm(convolution(x)) + residual, 0).</summary>
    /// <param name="convolution">What comes before the normalisation, which scoring folds into it if it is a convolution of ours.</param>
    /// <param name="norm">The normalisation, training or not.</param>
    /// <param name="x">(N, inChannels, H, W); not changed.</param>
    /// <param name="residual">(N, outChannels, H', W'), or null.</param>
    internal static Tensor Relu(Module<Tensor, Tensor> convolution, BatchNorm2d norm, Tensor x, Tensor? residual = null) =>
        Folding(convolution) is { } folded
            ? folded.Call((IConvolution)convolution, norm, x, residual, relu: true)
            : Relu(norm, convolution.call(x), residual);

    /// <summary>norm(convolution(x)); the parameters are those of <see cref="Relu(Module{Tensor, Tensor}, BatchNorm2d, Tensor, Tensor?)"/>.</summary>
    internal static Tensor Identity(Module<Tensor, Tensor> convolution, BatchNorm2d norm, Tensor x) =>
        Folding(convolution) is { } folded
            ? folded.Call((IConvolution)convolution, norm, x, residual: null, relu: false)
            : Identity(norm, convolution.call(x));

    /// <summary>The same by libtorch's own normalisation where nothing is folded, so that the caller may change the output in place.</summary>
    internal static Tensor Plain(Module<Tensor, Tensor> convolution, BatchNorm2d norm, Tensor x) =>
        Folding(convolution) is { } folded
            ? folded.Call((IConvolution)convolution, norm, x, residual: null, relu: false)
            : norm.call(convolution.call(x));

    private static FoldedWeights? Folding(Module<Tensor, Tensor> convolution) =>
        convolution is IConvolution ? FoldedWeights.Current : null;

    private static Tensor Of(BatchNorm2d norm, Tensor x, Tensor? residual, bool relu)
    {
        var fits = KernelSwitch.Takes(x) && norm.weight.dtype == ScalarType.Float32
            && (residual is null || (KernelSwitch.Takes(residual) && residual.dtype == x.dtype));
        if (fits && norm.training && is_grad_enabled())
            return Training(norm, x, residual, relu);
        return fits && !norm.training && !is_grad_enabled() ? Scoring(norm, x, residual, relu) : Plain(norm, x, residual, relu);
    }

    private static Tensor Plain(BatchNorm2d norm, Tensor x, Tensor? residual, bool relu)
    {
        using var scope = NewDisposeScope();
        var y = norm.call(x);
        if (residual is not null)
            y = y.Increase(residual);
        return (relu ? y.relu_() : y).MoveToOuterDisposeScope();
    }

    private static Tensor Training(BatchNorm2d norm, Tensor x, Tensor? residual, bool relu)
    {
        using var scope = NewDisposeScope(); // TorchSharp leaves a second tensor as large as y in it
        var settings = new BatchNormFunction.Settings(norm.eps, relu);
        var y = BatchNormFunction.apply(x, norm.weight, norm.bias, residual!, settings);
        UpdateRunningStatistics(norm, settings, x.numel() / x.size(1));
        return y.MoveToOuterDisposeScope();
    }

    private static Tensor Scoring(BatchNorm2d norm, Tensor x, Tensor? residual, bool relu)
    {
        var channels = (int)x.size(1);
        var mean = Doubles(norm.running_mean!, channels);
        var variance = Doubles(norm.running_var!, channels);
        var (scale, shift) = NormCoefficients.Of(norm.weight, norm.bias!, mean, variance, norm.eps);
        return InPlace(x, residual, scale, shift, relu);
    }

    /// <summary>x = act(scale * x + shift + residual) of each channel.</summary>
    /// <param name="x">(N, C, H, W), one that <see cref="KernelSwitch.Takes"/>; it is overwritten.</param>
    /// <param name="residual">The same in shape, order and type; or null.</param>
    /// <param name="scale">C values.</param>
    /// <param name="shift">C values.</param>
    /// <param name="relu">act(v) = max(v, 0), or v.</param>
    /// <returns>A new handle of x.</returns>
    internal static Tensor InPlace(Tensor x, Tensor? residual, float[] scale, float[] shift, bool relu)
    {
        var channels = (int)x.size(1);
        var at = (byte*)TensorMemory.Of(x);
        var other = residual is null ? null : (byte*)TensorMemory.Of(residual);
        var rows = x.numel() / channels;
        if (x.dtype == ScalarType.BFloat16)
            NormKernel<BFloat16Lane>.Apply(at, other, at, rows, channels, scale, shift, relu);
        else
            NormKernel<Float32Lane>.Apply(at, other, at, rows, channels, scale, shift, relu);
        GC.KeepAlive(residual);
        return x.alias();
    }

    /// <summary>r = (1 - momentum) * r + momentum * batch, the variance without bias, as PyTorch does.</summary>
    private static void UpdateRunningStatistics(BatchNorm2d norm, BatchNormFunction.Settings batch, long rows)
    {
        var batches = ++*(long*)TensorMemory.Of(norm.num_batches_tracked!);
        var momentum = norm.momentum ?? (1.0 / batches);
        var channels = batch.Mean.Length;
        var mean = new Span<float>(TensorMemory.Of(norm.running_mean!), channels);
        var variance = new Span<float>(TensorMemory.Of(norm.running_var!), channels);
        var unbiased = rows > 1 ? rows / (rows - 1.0) : 1;
        for (var c = 0; c < channels; c++)
        {
            mean[c] = (float)(((1 - momentum) * mean[c]) + (momentum * batch.Mean[c]));
            variance[c] = (float)(((1 - momentum) * variance[c]) + (momentum * batch.Variance[c] * unbiased));
        }
    }

    private static double[] Doubles(Tensor x, int channels)
    {
        var values = new ReadOnlySpan<float>(TensorMemory.Of(x), channels);
        var result = new double[channels];
        for (var c = 0; c < channels; c++)
            result[c] = values[c];
        return result;
    }
}
