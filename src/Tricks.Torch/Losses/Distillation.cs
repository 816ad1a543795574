using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Losses;

/// <summary>Knowledge distillation: a student learns from the softened probabilities of teachers (BoT §5.3; Hinton et al., arXiv:1503.02531).</summary>
/// <remarks>
/// T^2 * l(softmax(r / T), softmax(z / T)) is added to the loss, with r the teacher's logits, z the student's and l the cross
/// entropy. T^2 keeps its gradient, (softmax(z / T) - softmax(r / T)) T, in proportion to the other's. Of several teachers the
/// probabilities are averaged.
/// </remarks>
public static class Distillation
{
    /// <summary>The mean of the teachers' softened probabilities, softmax(r / T).</summary>
    /// <param name="logits">r of each teacher, (N, K); at least one.</param>
    /// <param name="temperature">T, greater than 0; the paper's value is 20.</param>
    /// <returns>(N, K), each row a distribution, owned by the caller.</returns>
    public static Tensor SoftTargets(IReadOnlyList<Tensor> logits, double temperature)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentOutOfRangeException.ThrowIfZero(logits.Count);
        Check(temperature);
        using var scope = NewDisposeScope();
        var sum = Probabilities(logits[0]);
        foreach (var more in logits.Skip(1))
            sum = sum.Increase(Probabilities(more));
        return (logits.Count == 1 ? sum : sum.DivideBy(logits.Count)).MoveToOuterDisposeScope();

        Tensor Probabilities(Tensor r) => AtLeast32(r).DividedBy(temperature).softmax(1); // (N, K)
    }

    /// <summary>T^2 times the cross entropy of the softened student against the soft targets, a mean over the rows.</summary>
    /// <param name="logits">z, the student's, (N, K).</param>
    /// <param name="softTargets">(N, K), of <see cref="SoftTargets"/> at the same temperature.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>A scalar, owned by the caller.</returns>
    public static Tensor Loss(Tensor logits, Tensor softTargets, double temperature)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(softTargets);
        Check(temperature);
        using var scope = NewDisposeScope();
        var loss = SoftTargetCrossEntropy.Of(AtLeast32(logits).DividedBy(temperature), softTargets);
        return loss.Times(temperature * temperature).MoveToOuterDisposeScope();
    }

    private static Tensor AtLeast32(Tensor logits) =>
        logits.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? logits.to(ScalarType.Float32) : logits;

    private static void Check(double temperature)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature of distillation must be a finite number greater than 0; the paper's value is 20.");
    }
}
