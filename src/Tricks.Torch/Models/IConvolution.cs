using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>A convolution of this library, whose weight scoring may replace by a folded one (<see cref="FoldedWeights"/>).</summary>
internal interface IConvolution
{
    /// <summary>(outChannels, inChannels / groups, kh, kw), owned by the module.</summary>
    Parameter Weight { get; }

    /// <summary>(outChannels), owned by the module; null for none.</summary>
    Parameter? Bias { get; }

    /// <summary>The precision in which it computes for an input.</summary>
    ScalarType TypeFor(Tensor input);

    /// <summary>The convolution with another weight of the same shape, for scoring only.</summary>
    /// <param name="input">(N, inChannels, H, W), of <see cref="TypeFor"/>.</param>
    /// <param name="kernel">Shaped as <see cref="Weight"/>, channels-last, of the input's type.</param>
    /// <param name="bias">(outChannels), or null.</param>
    /// <returns>(N, outChannels, H', W'), a new tensor that may be changed in place, in the caller's dispose scope.</returns>
    Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias);
}
