namespace Tricks.Torch.Models;

/// <summary>The residual block that a ResNet repeats ([R] Figure 5).</summary>
public enum ResNetBlock
{
    /// <summary>Two 3x3 convolutions; the output has the stage's width.</summary>
    Basic,

    /// <summary>1x1, 3x3, 1x1; the output has four times the stage's width.</summary>
    Bottleneck,
}
