using static TorchSharp.torch;

namespace Tricks.Torch.Mixing;

/// <summary>A batch and what it should be recognised as.</summary>
/// <param name="Images">(N, C, H, W).</param>
/// <param name="Targets">(N, K), each row a distribution over the classes.</param>
public readonly record struct MixedBatch(Tensor Images, Tensor Targets);
