namespace Tricks.Torch.SelfSupervised;

/// <summary>How well features tell classes apart, on images that neither classifier learned from.</summary>
/// <param name="KnnAccuracy">The share that <see cref="WeightedKnn"/> gets right, in [0, 1].</param>
/// <param name="LinearAccuracy">The share that <see cref="LinearProbe"/> gets right, in [0, 1].</param>
public readonly record struct ProbeResult(double KnnAccuracy, double LinearAccuracy);
