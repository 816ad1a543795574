namespace Tricks.Torch.Schedules;

/// <summary>The learning rate grows with the batch: eta = eta_256 * b / 256 (BoT §3.1, after Goyal et al., arXiv:1706.02677).</summary>
public static class LinearScaling
{
    /// <summary>The batch size that published rates are given for.</summary>
    public const int BaseBatchSize = 256;

    /// <summary>The rate for a batch size; the identity at 256.</summary>
    /// <param name="rate">The rate at a batch of 256.</param>
    /// <param name="batchSize">b, images per step.</param>
    public static double Rate(double rate, int batchSize) => rate * batchSize / BaseBatchSize;
}
