namespace Tricks.Torch.SelfSupervised;

/// <summary>How the learning rate grows with the batch; the given rate is that of a batch of 256 in each.</summary>
public enum LearningRateScaling
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>rate * batch / 256: SimCLR §2.2, 0.3 for LARS. The default.</summary>
    Linear,

    /// <summary>rate * sqrt(batch / 256): SimCLR appendix B.1, better for small batches; its 0.075 sqrt(batch) is a rate of 1.2.</summary>
    SquareRoot,
}
