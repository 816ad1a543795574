using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Losses;

/// <summary>Label smoothing: a little of the target probability goes to every wrong class (BoT §5.2).</summary>
public static class LabelSmoothing
{
    /// <summary>The smoothed target distributions of the labels.</summary>
    /// <remarks>
    /// <see cref="LabelSmoothingConvention.Paper"/>: q_i = 1 - eps for i = y, eps / (K - 1) otherwise; the loss is
    /// smallest at a logit gap of log((K - 1)(1 - eps) / eps).
    /// <see cref="LabelSmoothingConvention.Uniform"/>: q_i = 1 - eps + eps / K for i = y, eps / K otherwise, as in
    /// PyTorch, timm and GluonCV. Both are one-hot at eps = 0.
    /// </remarks>
    /// <param name="labels">y, (N), class numbers from 0.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="epsilon">eps in [0, 1).</param>
    /// <param name="convention">Where the smoothed mass goes.</param>
    /// <returns>q, (N, K), float32, on the labels' device, owned by the caller.</returns>
    public static Tensor Targets(
        Tensor labels, int classes, double epsilon, LabelSmoothingConvention convention = LabelSmoothingConvention.Paper)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (epsilon is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Label smoothing must be in [0, 1).");

        using var scope = NewDisposeScope();
        var elsewhere = convention == LabelSmoothingConvention.Paper ? epsilon / (classes - 1) : epsilon / classes;
        var right = convention == LabelSmoothingConvention.Paper ? 1 - epsilon : 1 - epsilon + (epsilon / classes);
        var oneHot = nn.functional.one_hot(labels, classes).to(ScalarType.Float32); // (N, K)
        return oneHot.MultiplyBy(right - elsewhere).Increase(elsewhere).MoveToOuterDisposeScope();
    }
}
