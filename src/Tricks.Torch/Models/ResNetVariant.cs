namespace Tricks.Torch.Models;

/// <summary>Where a ResNet loses resolution: the model tweaks of BoT §4, Figures 1 and 2. Each includes the one before.</summary>
public enum ResNetVariant
{
    /// <summary>As first published: the stride stands in the first 1x1 of a bottleneck, which drops 3/4 of its input.</summary>
    A,

    /// <summary>The stride moves to the 3x3. This is what torchvision builds.</summary>
    B,

    /// <summary>The 7x7 of the stem becomes three 3x3 with width/2, width/2 and width channels, stride 2 in the first.</summary>
    C,

    /// <summary>A 2x2 average pool before the 1x1 of the shortcut, so that the shortcut drops nothing either.</summary>
    D,
}
