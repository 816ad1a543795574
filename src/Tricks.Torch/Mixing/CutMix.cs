using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Mixing;

/// <summary>CutMix: a rectangle of every image is replaced by that of another, and the targets are mixed by area.</summary>
/// <remarks>
/// Yun et al., arXiv:1905.04899: lambda ~ Beta(alpha, alpha); a rectangle of sqrt(1 - lambda) of width and height around a
/// uniform centre, cut off at the edges; then q' = lambda q_i + (1 - lambda) q_j with lambda the share of the image that is
/// left. One rectangle a batch, the partner j a random permutation, as in the authors' code. At alpha = 0 the batch is left as it is.
/// </remarks>
public static class CutMix
{
    /// <summary>Draws the rectangle and the partners and mixes the batch.</summary>
    /// <param name="images">(N, C, H, W); not written.</param>
    /// <param name="targets">(N, K), each row a distribution.</param>
    /// <param name="alpha">The parameter of the Beta distribution, at least 0; 0 is off, the paper's value is 1.</param>
    /// <param name="random">The generator of this batch: (seed, step).</param>
    /// <returns>New tensors of the same shapes, or the given ones at alpha = 0; owned by the caller's scope.</returns>
    public static MixedBatch Apply(Tensor images, Tensor targets, double alpha, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(random);
        if (alpha is not (>= 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "CutMix alpha must be a finite number of at least 0; 0 turns CutMix off.");
        if (alpha == 0)
            return new MixedBatch(images, targets);

        var lambda = BetaDistribution.Draw(alpha, random);
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        var (left, right) = Side(width, lambda, random);
        var (top, bottom) = Side(height, lambda, random);
        return Paste(images, targets, left, top, right - left, bottom - top, random.NextPermutation((int)images.shape[0]));
    }

    /// <summary>The mixing itself, for a given rectangle within the images and partners.</summary>
    /// <param name="images">(N, C, H, W); not written.</param>
    /// <param name="targets">(N, K).</param>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns, at least 0; at 0 the batch is left as it is.</param>
    /// <param name="height">Rows, at least 0; at 0 the batch is left as it is.</param>
    /// <param name="partner">For each row of the batch the one that its rectangle comes from, length N.</param>
    public static MixedBatch Paste(Tensor images, Tensor targets, int left, int top, int width, int height, int[] partner)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(partner);
        if (width == 0 || height == 0)
            return new MixedBatch(images, targets);

        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(partner, i => (long)i), device: images.device); // (N)
        var mixed = images.clone();
        Rectangle(mixed).copy_(Rectangle(images).index_select(0, index));
        var cut = (double)width * height / (images.shape[2] * images.shape[3]); // 1 - lambda
        return new MixedBatch(
            mixed.MoveToOuterDisposeScope(),
            targets.lerp(targets.index_select(0, index), cut).MoveToOuterDisposeScope());

        Tensor Rectangle(Tensor of) => of.narrow(2, top, height).narrow(3, left, width); // (N, C, height, width)
    }

    /// <summary>One side of the rectangle: around a uniform centre, cut off at the edges.</summary>
    private static (int From, int To) Side(int length, double lambda, SeededRandom random)
    {
        var cut = (int)(length * Math.Sqrt(1 - lambda));
        var centre = random.NextInt32(length);
        return (Math.Max(0, centre - (cut / 2)), Math.Min(length, centre + (cut / 2)));
    }
}
