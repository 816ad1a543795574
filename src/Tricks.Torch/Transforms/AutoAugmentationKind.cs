namespace Tricks.Torch.Transforms;

/// <summary>How operations of <see cref="ImageOperation"/> are chosen for a training image.</summary>
public enum AutoAugmentationKind
{
    /// <summary>No operation. The default.</summary>
    None,

    /// <summary>TrivialAugment, wide (Müller and Hutter, arXiv:2103.10158): one operation, its magnitude drawn too.</summary>
    Trivial,

    /// <summary>RandAugment (Cubuk et al., arXiv:1909.13719): some operations of one magnitude.</summary>
    Rand,
}
