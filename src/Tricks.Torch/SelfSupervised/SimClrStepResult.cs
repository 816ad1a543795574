namespace Tricks.Torch.SelfSupervised;

/// <summary>What one step saw.</summary>
/// <param name="Loss">NT-Xent over all views of the batch.</param>
/// <param name="Embeddings">Alignment, uniformity and ranks, before the weights were moved.</param>
public readonly record struct SimClrStepResult(double Loss, EmbeddingMetrics Embeddings);
