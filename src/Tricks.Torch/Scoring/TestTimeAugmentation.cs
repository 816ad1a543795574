using System.Text.Json.Serialization;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Scoring;

/// <summary>Several views of an image to score, whose logits are averaged (multi-crop testing, Krizhevsky et al., 2012; [R] §3.4's 10 crops are <c>Crops = 5, Mirror = true</c>).</summary>
/// <remarks>
/// score = softmax(mean over the views of z_v / T). The logits are averaged, as in timm, not the probabilities: a temperature then rescales the
/// mean and never changes the predicted class. The mean of logits is the views' geometric mean probability, so that one view that
/// rules a class out counts more than in the arithmetic mean. Scoring takes as many times longer as there are views.
/// </remarks>
public sealed record TestTimeAugmentation
{
    /// <summary>The centre crop alone: off.</summary>
    public static TestTimeAugmentation None { get; } = new();

    /// <summary>Whether every crop is scored mirrored left to right too. Default false. Not for classes that differ by left and right, such as digits or road signs.</summary>
    public bool Mirror { get; init; }

    /// <summary>
    /// 1 (the default): the centre; 5: the four corners of the resized image and its centre. With a <see cref="Transforms.Preprocessing.CropRatio"/> of 1 the five
    /// crops of a square image are the same.
    /// </summary>
    public int Crops { get; init; } = 1;

    /// <summary>How often an image goes through the network.</summary>
    [JsonIgnore]
    public int Views => Crops * (Mirror ? 2 : 1);

    /// <summary>One sentence for every option that is out of range.</summary>
    public IEnumerable<string> Faults()
    {
        if (Crops is not (1 or 5))
            yield return $"TestTimeAugmentation.Crops is {Crops}; it must be 1 (the centre; off) or 5 (the corners and the centre).";
    }

    /// <summary>The mean of the views' logits; with one view its logits to the bit.</summary>
    /// <param name="network">(N, C, H, W) to logits (N, K).</param>
    /// <param name="crops">The crops of N images, (N, C, H, W) each.</param>
    /// <returns>(N, K), float32, owned by the caller's scope.</returns>
    internal Tensor MeanLogits(Module<Tensor, Tensor> network, IReadOnlyList<Tensor> crops)
    {
        var sum = network.call(crops[0]).to(ScalarType.Float32);                // (N, K)
        foreach (var view in crops.Skip(1).Concat(Mirror ? crops.Select(crop => crop.flip(3)) : []))
            sum = sum.Plus(network.call(view).to(ScalarType.Float32));
        return sum.DividedBy(Views);
    }
}
