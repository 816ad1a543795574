using static TorchSharp.torch;

namespace Tricks.Torch.Data;

/// <summary>A batch of images ready for a network.</summary>
/// <remarks>The tensors belong to the loader and are written again after the next batch was asked for.</remarks>
/// <param name="Images">(N, C, H, W), float32, normalised, channels-last in memory, on the CPU.</param>
/// <param name="Labels">(N), int64, class numbers, on the CPU.</param>
/// <param name="Rows">The position of each image in its data set.</param>
public sealed record ImageBatch(Tensor Images, Tensor Labels, IReadOnlyList<int> Rows);
