using Tricks.Torch.Losses;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>The gradient of NT-Xent over a large batch in the memory of a small one (Gao et al., arXiv:2101.06983).</summary>
/// <remarks>
/// NT-Xent needs all embeddings at once, but little else: first every chunk is embedded without a graph, then the gradient of
/// the loss by the embeddings is taken, and then each chunk is embedded again with its graph, into which its part of that gradient
/// flows. The sum over the chunks is the gradient that one pass gives when batch normalisation sees the same chunks.
/// </remarks>
internal static class GradientCache
{
    /// <summary>Which images stand in which forward pass: nearly equal chunks of at most a size, each of at least two images for batch normalisation.</summary>
    public static (int From, int To)[] Chunks(int images, int size)
    {
        var count = Math.Max(1, Math.Min((images + size - 1) / size, images / 2));
        return [.. Enumerable.Range(0, count).Select(i => ((int)((long)images * i / count), (int)((long)images * (i + 1) / count)))];
    }

    /// <summary>Adds the gradients to those of the network's parameters.</summary>
    /// <param name="network">In training mode.</param>
    /// <param name="views">(2N, C, H, W): first views, then second views.</param>
    /// <param name="chunks">The images of each forward pass.</param>
    /// <param name="temperature">Of the loss.</param>
    /// <returns>The loss, and the embeddings (2N, D), owned by the caller's scope.</returns>
    public static (double Loss, Tensor Embeddings) Backward(
        SimClrNetwork network, Tensor views, (int From, int To)[] chunks, double temperature)
    {
        var z = EmbedAll(network, views, chunks);                               // (2N, D), without graph
        var (loss, gradient) = LossGradient(z, temperature);
        foreach (var chunk in chunks)
        {
            using var scope = NewDisposeScope();
            var embedded = network.Embed(ViewsOf(views, chunk));                // (2c, D), the same bits as in z
            (embedded * ViewsOf(gradient, chunk)).sum().backward();             // d/dz of this sum is the gradient
        }

        return (loss, z);
    }

    /// <summary>The embeddings of all chunks. Running statistics are put back: the second pass moves them, once, as one pass would.</summary>
    private static Tensor EmbedAll(SimClrNetwork network, Tensor views, (int From, int To)[] chunks)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var buffers = network.Encoder.named_buffers().Select(b => (b.buffer, Copy: b.buffer.clone())).ToList();
        List<Tensor> first = [], second = [];
        foreach (var chunk in chunks)
        {
            using var part = ViewsOf(views, chunk);
            var z = network.Embed(part);
            first.Add(z.narrow(0, 0, chunk.To - chunk.From));
            second.Add(z.narrow(0, chunk.To - chunk.From, chunk.To - chunk.From));
        }

        foreach (var (buffer, copy) in buffers)
            buffer.copy_(copy);
        return cat([.. first, .. second]).MoveToOuterDisposeScope();
    }

    private static (double Loss, Tensor Gradient) LossGradient(Tensor embeddings, double temperature)
    {
        using var scope = NewDisposeScope();
        var images = embeddings.shape[0] / 2;
        var z = embeddings.detach().clone().requires_grad_(true);
        var loss = NtXentLoss.Of(z.narrow(0, 0, images), z.narrow(0, images, images), temperature);
        loss.backward();
        return (loss.to(ScalarType.Float64).item<double>(), z.grad!.MoveToOuterDisposeScope());
    }

    /// <summary>The rows of a chunk's images: their first views, then their second.</summary>
    private static Tensor ViewsOf(Tensor views, (int From, int To) chunk)
    {
        using var scope = NewDisposeScope();
        var (images, length) = (views.shape[0] / 2, chunk.To - chunk.From);
        return cat([views.narrow(0, chunk.From, length), views.narrow(0, images + chunk.From, length)]).MoveToOuterDisposeScope();
    }
}
