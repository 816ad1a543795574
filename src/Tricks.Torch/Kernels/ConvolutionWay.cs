namespace Tricks.Torch.Kernels;

/// <summary>How a convolution, or a gradient of it, is computed.</summary>
internal enum ConvolutionWay
{
    /// <summary>By libtorch's operator, whose gradient it computes too.</summary>
    Libtorch,

    /// <summary>A gradient as a forward convolution (<see cref="ConvolutionGradients"/>).</summary>
    Convolution,

    /// <summary>As a matrix product over patches (<see cref="ConvolutionProducts"/>).</summary>
    Product,

    /// <summary>By minimal filtering (<see cref="WinogradConvolution"/>).</summary>
    Winograd,
}
