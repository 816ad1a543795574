using static TorchSharp.torch;

namespace Tricks.Torch.Losses;

/// <summary>Cross entropy against a distribution over the classes instead of one class.</summary>
/// <remarks>
/// loss = -1/N sum_n sum_k w_k q_nk log softmax(z_n)_k (BoT §5.2). With one-hot q and no weights it is the ordinary cross
/// entropy. With weights it is PyTorch's for class probabilities: the mean is over the rows, not over their weights.
/// </remarks>
public static class SoftTargetCrossEntropy
{
    /// <summary>The mean loss over the rows, in the precision of the logits (at least float32).</summary>
    /// <param name="logits">z, (N, K).</param>
    /// <param name="targets">q, (N, K), each row a distribution.</param>
    /// <param name="classWeights">w, (K), such as <see cref="ClassWeights"/>; null (the default) weighs all classes alike.</param>
    /// <returns>A scalar, owned by the caller.</returns>
    public static Tensor Of(Tensor logits, Tensor targets, Tensor? classWeights = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        var z = logits.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? logits.to(ScalarType.Float32) : logits;
        var q = classWeights is null ? targets : targets * classWeights; // (N, K)
        var perRow = -(q * z.log_softmax(1)).sum(1); // (N)
        return perRow.mean().MoveToOuterDisposeScope();
    }
}
