namespace Tricks.Torch.Models;

/// <summary>What a residual block adds where its input and output differ in shape; elsewhere it adds its input.</summary>
/// <remarks>The options A and B of [R §4.1], and none.</remarks>
public enum ShortcutKind
{
    /// <summary>A 1x1 convolution with batch normalisation; in variant D after a 2x2 average pool.</summary>
    Projection,

    /// <summary>Every second pixel, and zeros for the further channels: no parameters ([R §4.2]).</summary>
    ZeroPadding,

    /// <summary>Nothing is added anywhere: a plain net. Basic blocks only.</summary>
    None,
}
