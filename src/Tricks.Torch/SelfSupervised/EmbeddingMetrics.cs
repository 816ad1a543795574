using Tricks.Torch.Losses;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>What the embeddings of a batch look like, beside the loss.</summary>
/// <param name="Alignment">Mean of |z - z'|^2 over the two views of each image; 0 is perfect (Wang and Isola, arXiv:2005.10242, alpha = 2).</param>
/// <param name="Uniformity">Mean over both views of log mean exp(-2 |z_i - z_j|^2) over pairs of images; 0 is a collapse, about -4 is spread evenly (the same, t = 2).</param>
/// <param name="PositivesFirst">The share of views to which no view is as similar as the other of their image, in [0, 1].</param>
public readonly record struct EmbeddingMetrics(double Alignment, double Uniformity, double PositivesFirst)
{
    /// <summary>The metrics of N images with two views each.</summary>
    /// <param name="first">(N, D), N at least 2; of any length.</param>
    /// <param name="second">(N, D).</param>
    public static EmbeddingMetrics Of(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var images = first.shape[0];
        var z = NtXentLoss.Normalized(cat([first, second]));                        // (2N, D)
        var similarity = z.matmul(z.t());                                           // (2N, 2N); |a - b|^2 = 2 - 2 cos
        var positive = similarity.diagonal(images, 0, 1);                           // (N): view i of the first with i of the second
        var alignment = 2 - (2 * Number(positive.mean()));
        var uniformity = (Uniform(similarity[..(int)images, ..(int)images]) + Uniform(similarity[(int)images.., (int)images..])) / 2;

        var ofEach = cat([positive, positive]).unsqueeze(1);                        // (2N, 1)
        var rivals = similarity.ge(ofEach).sum(1);                                  // (2N): itself, its other view, and rivals
        var self = similarity.diagonal(0, 0, 1).unsqueeze(1).ge(ofEach).sum(1);     // 1 but for rounding
        return new EmbeddingMetrics(alignment, uniformity, Number(rivals.eq(self.Plus(1)).to(ScalarType.Float32).mean()));
    }

    private static double Uniform(Tensor similarity)                                // (N, N)
    {
        var images = similarity.shape[0];
        var potential = similarity.Plus(-1).Times(4).exp();                         // exp(-2 |zi - zj|^2)
        var sum = Number(potential.sum()) - Number(potential.diagonal(0, 0, 1).sum());
        return Math.Log(sum / (images * (images - 1)));
    }

    private static double Number(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();
}
