namespace Tricks.Torch.Kernels;

/// <summary>Who computes the gradient of a convolution's weight.</summary>
internal enum WeightGradientKind
{
    /// <summary>libtorch.</summary>
    Libtorch,

    /// <summary><see cref="ConvolutionGradients.OfWeightByConvolution"/>.</summary>
    Convolution,

    /// <summary><see cref="ConvolutionGradients.OfWeightByProduct"/>.</summary>
    Product,
}
