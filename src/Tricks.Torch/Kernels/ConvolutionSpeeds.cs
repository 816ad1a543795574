using Tricks.Torch.Runtime;

namespace Tricks.Torch.Kernels;

/// <summary>What of <see cref="ConvolutionWay"/> is fast on a processor.</summary>
/// <param name="Products">Float32 matrix products are as fast as libtorch's convolutions.</param>
/// <param name="Filters">Minimal filtering in float32 is faster than both.</param>
/// <param name="Strips">bfloat16 is computed in tiles of 16 pixels of a row, and libtorch's gradients of convolutions are as fast as convolutions.</param>
internal sealed record ConvolutionSpeeds(bool Products, bool Filters, bool Strips)
{
    internal static ConvolutionSpeeds OfThisProcessor { get; } = new(Processor.HasFastProducts, PanelProduct.IsFast, Processor.HasTiles);
}
