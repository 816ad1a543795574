using System.Collections.Concurrent;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>A network's convolutions as scoring computes them: with the batch normalisation behind each folded in, in the scoring precision.</summary>
/// <remarks>
/// In evaluation norm(W * x + b) = (s W) * x + (b - mean) s + beta with s = gamma / sqrt(var + eps) of each output channel
/// (arXiv:1712.05877 §3.2). A convolution is folded in float64 when it is first used, and kept; the network stays as it is, so
/// weights that are changed later are not seen. Inside <see cref="Use{T}"/> the convolutions of the calling thread take what is
/// kept here; what has no convolution before it (the normalisations of pre-activation nets) is computed as ever.
/// </remarks>
internal sealed class FoldedWeights : IDisposable
{
    [ThreadStatic]
    private static FoldedWeights? _current;

    private readonly ConcurrentDictionary<(IConvolution, ScalarType), Lazy<Folded>> _folded = new();

    /// <summary>Whether scoring folds; <see cref="KernelSwitch"/> turns it off with the kernels.</summary>
    internal static bool IsOn => KernelSwitch.IsOn;

    /// <summary>Those of the forward pass that this thread is in; null in training and in plain scoring.</summary>
    internal static FoldedWeights? Current => _current;

    /// <summary>Runs a forward pass without gradients with these weights.</summary>
    internal T Use<T>(Func<T> forward)
    {
        var before = _current;
        _current = this;
        try
        {
            return forward();
        }
        finally
        {
            _current = before;
        }
    }

    /// <summary>act(norm(convolution(x)) + residual), act(v) = max(v, 0) or v.</summary>
    /// <param name="convolution">Whose weights are used.</param>
    /// <param name="norm">The normalisation behind it, in evaluation; null for none.</param>
    /// <param name="x">(N, inChannels, H, W); not changed.</param>
    /// <param name="residual">(N, outChannels, H', W'), or null.</param>
    /// <param name="relu">Whether the activation is a ReLU.</param>
    /// <returns>(N, outChannels, H', W'), in the precision of x, owned by the caller.</returns>
    internal Tensor Call(IConvolution convolution, BatchNorm2d? norm, Tensor x, Tensor? residual, bool relu)
    {
        using var scope = NewDisposeScope();
        var type = convolution.TypeFor(x);
        var folded = _folded.GetOrAdd((convolution, type), key => new(() => Folded.Of(key.Item1, norm, key.Item2))).Value;
        // What goes over the output anyway adds the shift as well; elsewhere the convolution does.
        var passes = relu || residual is not null || type == ScalarType.BFloat16;
        var y = convolution.Convolve(x.to(type), folded.Weight, passes ? null : folded.Shift);
        if (passes)
            y = Finish(y, residual, folded, relu);
        return y.to(x.dtype).MoveToOuterDisposeScope();
    }

    private static Tensor Finish(Tensor y, Tensor? residual, Folded folded, bool relu)
    {
        if (KernelSwitch.Takes(y) && (residual is null || (KernelSwitch.Takes(residual) && residual.dtype == y.dtype)))
            return NormActivation.InPlace(y, residual, folded.Ones, folded.Shifts, relu);
        if (folded.Shift is { } shift)
            y = y.Increase(shift.view(1, -1, 1, 1));
        if (residual is not null)
            y = y.Increase(residual);
        return relu ? y.relu_() : y;
    }

    /// <summary>Frees what is kept; no forward pass may be running.</summary>
    public void Dispose()
    {
        foreach (var folded in _folded.Values)
            folded.Value.Dispose();
        _folded.Clear();
    }

    /// <summary>One convolution's.</summary>
    /// <param name="Weight">s W, channels-last.</param>
    /// <param name="Shift">(b - mean) s + beta, (outChannels); null where there is neither bias nor normalisation.</param>
    /// <param name="Ones">outChannels ones.</param>
    /// <param name="Shifts">The shift in float32; zeros for none.</param>
    private sealed record Folded(Tensor Weight, Tensor? Shift, float[] Ones, float[] Shifts) : IDisposable
    {
        internal static Folded Of(IConvolution convolution, BatchNorm2d? norm, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (weight, shift) = (convolution.Weight.detach(), convolution.Bias?.detach().to(ScalarType.Float64));
            var channels = (int)weight.shape[0];
            if (norm is not null)
            {
                var scale = norm.running_var!.to(ScalarType.Float64).Plus(norm.eps).rsqrt();
                if (norm.weight is { } gamma)
                    scale = scale * gamma.detach().to(ScalarType.Float64);
                weight = weight.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
                shift = (shift is null ? -norm.running_mean!.to(ScalarType.Float64) : shift - norm.running_mean!.to(ScalarType.Float64)) * scale;
                if (norm.bias is { } beta)
                    shift = shift.Plus(beta.detach().to(ScalarType.Float64));
            }

            return new Folded(
                MemoryFormat.ToChannelsLast(weight.to(type)).DetachFromDisposeScope(),
                shift?.to(type).DetachFromDisposeScope(),
                [.. Enumerable.Repeat(1f, channels)],
                shift is null ? new float[channels] : shift.to(ScalarType.Float32).cpu().data<float>().ToArray());
        }

        public void Dispose()
        {
            Weight.Dispose();
            Shift?.Dispose();
        }
    }
}
