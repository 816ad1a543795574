using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Mixing;

/// <summary>Mixup: every image is blended with another of its batch, and so are their targets.</summary>
/// <remarks>
/// x' = lambda x_i + (1 - lambda) x_j, q' = lambda q_i + (1 - lambda) q_j with lambda ~ Beta(alpha, alpha)
/// (Zhang et al., arXiv:1710.09412; BoT §5.4 with alpha = 0.2). One lambda a batch, the partner j a random permutation,
/// as in the authors' code. At alpha = 0 the batch is left as it is.
/// </remarks>
public static class Mixup
{
    /// <summary>Draws lambda and the partners and blends the batch.</summary>
    /// <param name="images">(N, C, H, W).</param>
    /// <param name="targets">(N, K), each row a distribution.</param>
    /// <param name="alpha">The parameter of the Beta distribution, at least 0; 0 is off.</param>
    /// <param name="random">The generator of this batch: (seed, step).</param>
    /// <returns>New tensors of the same shapes, or the given ones at alpha = 0; owned by the caller's scope.</returns>
    public static MixedBatch Apply(Tensor images, Tensor targets, double alpha, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(random);
        if (alpha is not (>= 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Mixup alpha must be a finite number of at least 0; 0 turns mixup off.");
        if (alpha == 0)
            return new MixedBatch(images, targets);

        var lambda = BetaDistribution.Draw(alpha, random);
        var partner = random.NextPermutation((int)images.shape[0]);
        return Blend(images, targets, lambda, partner);
    }

    /// <summary>The blend itself, for a given lambda in [0, 1] and partners.</summary>
    /// <param name="images">(N, C, H, W).</param>
    /// <param name="targets">(N, K).</param>
    /// <param name="lambda">The share of the image itself; 1 leaves the batch as it is.</param>
    /// <param name="partner">For each row the row that it is blended with, length N.</param>
    public static MixedBatch Blend(Tensor images, Tensor targets, double lambda, int[] partner)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(partner);
        if (lambda == 1)
            return new MixedBatch(images, targets);

        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(partner, i => (long)i), device: images.device); // (N)
        return new MixedBatch(
            images.lerp(images.index_select(0, index), 1 - lambda).MoveToOuterDisposeScope(),
            targets.lerp(targets.index_select(0, index), 1 - lambda).MoveToOuterDisposeScope());
    }
}
