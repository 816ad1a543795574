using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Tricks.Torch.Kernels;

/// <summary>y = act(gamma * (x - mean) / sqrt(var + eps) + beta + residual) in training, with its gradient.</summary>
/// <remarks>
/// Ioffe and Szegedy, arXiv:1502.03167, Alg. 1 and §3. With g = dL/dy behind the activation and xh the normalised x:
/// dbeta = sum g; dgamma = sum g * xh; dx = gamma / sqrt(var + eps) * (g - dbeta / M - xh * dgamma / M); dresidual = g.
/// Arguments: x, gamma, beta, residual or null, <see cref="Settings"/>.
/// </remarks>
internal sealed unsafe class BatchNormFunction : SingleTensorFunction<BatchNormFunction>
{
    public override string Name => nameof(BatchNormFunction);

    /// <summary>What is not a tensor, and what forward tells the caller.</summary>
    internal sealed record Settings(double Epsilon, bool Relu)
    {
        public double[] Mean { get; set; } = [];

        public double[] Variance { get; set; } = [];
    }

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (x, gamma, beta, residual) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], vars[3] as Tensor);
        var settings = (Settings)vars[4];
        var channels = (int)x.size(1);
        settings.Mean = new double[channels];
        settings.Variance = new double[channels];
        using var scope = NewDisposeScope();
        var y = empty_like(x);
        if (x.dtype == ScalarType.BFloat16)
            Forward<BFloat16Lane>(x, gamma, beta, residual, y, settings);
        else
            Forward<Float32Lane>(x, gamma, beta, residual, y, settings);
        ctx.save_for_backward(settings.Relu ? [x, gamma, y] : [x, gamma]);
        ctx.save_data("settings", settings);
        ctx.save_data("residual", residual is not null);
        return y.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var settings = (Settings)ctx.get_data("settings");
        var hasResidual = (bool)ctx.get_data("residual");
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, gamma, y) = (saved[0], saved[1], settings.Relu ? saved[2] : null);
        var dy = KernelSwitch.Takes(grad_output) && grad_output.dtype == x.dtype
            ? grad_output
            : MemoryFormat.ToChannelsLast(grad_output.to(x.dtype));
        var dz = hasResidual && settings.Relu ? empty_like(x) : null;
        var dx = empty_like(x);
        var (dgamma, dbeta) = x.dtype == ScalarType.BFloat16
            ? Backward<BFloat16Lane>(dy, y, x, gamma, dz, dx, settings)
            : Backward<Float32Lane>(dy, y, x, gamma, dz, dx, settings);
        var dresidual = hasResidual ? dz ?? dy.alias() : null;
        grad_output.Dispose();
        return Gradients.HandOver(
            dx.MoveToOuterDisposeScope(),
            dgamma.MoveToOuterDisposeScope(),
            dbeta.MoveToOuterDisposeScope(),
            dresidual?.MoveToOuterDisposeScope(),
            null);
    }

    private static void Forward<TLane>(Tensor x, Tensor gamma, Tensor beta, Tensor? residual, Tensor y, Settings settings)
        where TLane : struct, ILane
    {
        var channels = (int)x.size(1);
        var rows = x.numel() / channels;
        var from = (byte*)TensorMemory.Of(x);
        NormKernel<TLane>.Statistics(from, rows, channels, settings.Mean, settings.Variance);
        var (scale, shift) = NormCoefficients.Of(gamma, beta, settings.Mean, settings.Variance, settings.Epsilon);
        NormKernel<TLane>.Apply(
            from, residual is null ? null : (byte*)TensorMemory.Of(residual), (byte*)TensorMemory.Of(y), rows, channels, scale, shift, settings.Relu);
    }

    private static (Tensor Gamma, Tensor Beta) Backward<TLane>(
        Tensor dy, Tensor? y, Tensor x, Tensor gamma, Tensor? dz, Tensor dx, Settings settings)
        where TLane : struct, ILane
    {
        var channels = (int)x.size(1);
        var rows = x.numel() / channels;
        var (sum, sumTimesX) = (new double[channels], new double[channels]);
        var pdy = (byte*)TensorMemory.Of(dy);
        var px = (byte*)TensorMemory.Of(x);
        var py = y is null ? null : (byte*)TensorMemory.Of(y);
        var pdz = dz is null ? null : (byte*)TensorMemory.Of(dz);
        NormKernel<TLane>.GradientSums(
            pdy, py, px, pdz, rows, channels, Array.ConvertAll(settings.Mean, mean => (float)mean), sum, sumTimesX);

        var (a, b, d) = (new float[channels], new float[channels], new float[channels]);
        var (dgamma, dbeta) = (empty([channels], ScalarType.Float32), empty([channels], ScalarType.Float32));
        var pdgamma = (float*)TensorMemory.Of(dgamma);
        var pdbeta = (float*)TensorMemory.Of(dbeta);
        var g = new ReadOnlySpan<float>(TensorMemory.Of(gamma), channels);
        for (var c = 0; c < channels; c++)
        {
            var inverse = 1 / Math.Sqrt(settings.Variance[c] + settings.Epsilon);
            // The sums are about the mean rounded to float32; the difference is carried exactly.
            var centred = sumTimesX[c] + (((float)settings.Mean[c] - settings.Mean[c]) * sum[c]);
            (pdgamma[c], pdbeta[c]) = ((float)(centred * inverse), (float)sum[c]);
            var (slope, perX) = (g[c] * inverse, -g[c] * inverse * inverse * inverse * centred / rows);
            (a[c], b[c], d[c]) = ((float)slope, (float)perX, (float)((-slope * sum[c] / rows) - (perX * settings.Mean[c])));
        }

        NormKernel<TLane>.Gradient(pdz == null ? pdy : pdz, pdz == null ? py : null, px, (byte*)TensorMemory.Of(dx), rows, channels, a, b, d);
        return (dgamma, dbeta);
    }
}
