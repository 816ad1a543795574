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

    /// <summary>By Winograd's filtering of tiles (<see cref="TileFilter"/>).</summary>
    Tiles,

    /// <summary>By filtering of whole maps of 2 x 2 pixels (<see cref="PairFilter"/>).</summary>
    Pairs,

    /// <summary>The convolution and its gradients by libtorch, of maps side by side (<see cref="StripConvolution"/>).</summary>
    Strips,
}
