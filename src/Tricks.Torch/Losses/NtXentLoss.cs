using TorchSharp;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Losses;

/// <summary>Normalised temperature-scaled cross entropy: each view shall find the other view of its image among all views.</summary>
/// <remarks>
/// Algorithm 1 of SimCLR (arXiv:2002.05709). With s_ij the cosine of embeddings i and j of all 2N views and p(i) the other
/// view of i's image: l_i = -log(exp(s_i,p(i) / t) / sum over j != i of exp(s_ij / t)), and the loss is the mean of l_i over
/// 2N. It is ln(2N - 1) when all embeddings are equal. Similarities are not clamped: a floor, as some implementations have it,
/// takes the gradient from every pair that lies below it.
/// </remarks>
public static class NtXentLoss
{
    /// <summary>The loss of N images with two views each.</summary>
    /// <param name="first">The embedding of the first view of each image, (N, D), N at least 2; of any length, not normalised.</param>
    /// <param name="second">The embedding of the second view of each image, in the same order, (N, D).</param>
    /// <param name="temperature">t, greater than 0; SimCLR has 0.1 for ImageNet and 0.5 for CIFAR-10.</param>
    /// <returns>A scalar in the precision of the embeddings, at least float32; owned by the caller.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or there are fewer than two images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not greater than 0.</exception>
    public static Tensor Of(Tensor first, Tensor second, double temperature)
    {
        Check(first, second, temperature);
        using var scope = NewDisposeScope();
        var images = first.shape[0];                                                    // N
        var z = Normalized(cat([first, second]));                                       // (2N, D)
        var self = eye(2 * images, dtype: ScalarType.Bool, device: z.device);
        using var never = double.NegativeInfinity.ToScalar();                           // held, see HeldNumbers
        var logits = z.matmul(z.t()).DividedBy(temperature).masked_fill(self, never);   // (2N, 2N)
        var positives = tensor(PartnersOf(images), device: z.device);                   // (2N)
        return nn.functional.cross_entropy(logits, positives).MoveToOuterDisposeScope();
    }

    /// <summary>i + N mod 2N for each view i.</summary>
    private static long[] PartnersOf(long images)
    {
        var partners = new long[2 * images];
        for (var i = 0L; i < partners.LongLength; i++)
            partners[i] = (i + images) % partners.LongLength;
        return partners;
    }

    /// <summary>Embeddings of length 1 in at least float32: what the loss compares.</summary>
    /// <param name="embeddings">(N, D).</param>
    /// <returns>(N, D), owned by the caller.</returns>
    public static Tensor Normalized(Tensor embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        using var scope = NewDisposeScope();
        var z = embeddings.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? embeddings.to(ScalarType.Float32) : embeddings;
        return nn.functional.normalize(z, p: 2, dim: 1).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor first, Tensor second, double temperature)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || !first.shape.AsSpan().SequenceEqual(second.shape))
        {
            throw new ArgumentException(
                $"The views have embeddings of shape ({string.Join(", ", first.shape)}) and ({string.Join(", ", second.shape)}); both must be (N, D) with the same N and D.",
                nameof(second));
        }

        if (first.shape[0] < 2)
            throw new ArgumentException($"There is {first.shape[0]} image; NT-Xent needs at least 2, for a view is told from those of other images. Raise the batch size.", nameof(first));
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be a finite number greater than 0; SimCLR has 0.1 to 0.5.");
    }
}
