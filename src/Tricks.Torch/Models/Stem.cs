namespace Tricks.Torch.Models;

/// <summary>What stands between the image and the first residual block.</summary>
public enum Stem
{
    /// <summary>A convolution of stride 2 (7x7, or three 3x3 in C and D) and a 3x3 max pool of stride 2: H to H/4.</summary>
    ImageNet,

    /// <summary>One 3x3 convolution of stride 1 and no pool, in every variant: H stays H. For small images (SimCLR, Appendix B.9).</summary>
    Cifar,
}
