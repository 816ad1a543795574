using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>A network with a second classifier halfway up, which only training uses.</summary>
/// <remarks>The training loss is that of the logits plus <see cref="AuxiliaryLossWeight"/> times that of the auxiliary logits, on the same targets.</remarks>
public interface IAuxiliaryClassifier
{
    /// <summary>The weight of the auxiliary loss, at least 0.</summary>
    double AuxiliaryLossWeight { get; }

    /// <summary>Both classifiers in one forward pass; <c>forward</c> alone leaves the auxiliary one out.</summary>
    /// <param name="images">(N, C, H, W), contiguous or channels-last.</param>
    /// <returns>Two times (N, classes), float32, owned by the caller.</returns>
    (Tensor Logits, Tensor AuxiliaryLogits) CallWithAuxiliary(Tensor images);
}
