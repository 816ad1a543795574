using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Mixing;

/// <summary>Mixup, CutMix, or one of them drawn anew for every batch.</summary>
public static class BatchMixing
{
    /// <summary>Mixes the batch.</summary>
    /// <remarks>Where only one of the two is on, the choice costs no draw: the batch is that of <see cref="Mixup"/> or <see cref="CutMix"/>.</remarks>
    /// <param name="images">(N, C, H, W); not written.</param>
    /// <param name="targets">(N, K), each row a distribution.</param>
    /// <param name="mixupAlpha">At least 0; 0 is off.</param>
    /// <param name="cutMixAlpha">At least 0; 0 is off.</param>
    /// <param name="cutMixProbability">How often it is CutMix where both are on, in [0, 1].</param>
    /// <param name="random">The generator of this batch: (seed, step).</param>
    /// <returns>New tensors of the same shapes, or the given ones where both are off; owned by the caller's scope.</returns>
    public static MixedBatch Apply(
        Tensor images, Tensor targets, double mixupAlpha, double cutMixAlpha, double cutMixProbability, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var cutMix = cutMixAlpha > 0 && (mixupAlpha == 0 || random.NextBoolean(cutMixProbability));
        return cutMix ? CutMix.Apply(images, targets, cutMixAlpha, random) : Mixup.Apply(images, targets, mixupAlpha, random);
    }
}
