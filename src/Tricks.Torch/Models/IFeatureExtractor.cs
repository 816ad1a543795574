using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>A network whose representation before the classifier can be had: featurizers and SimCLR read it.</summary>
public interface IFeatureExtractor
{
    /// <summary>Length of a feature vector.</summary>
    int FeatureCount { get; }

    /// <summary>The pooled representation of each image: (N, C, H, W) to (N, FeatureCount), float32.</summary>
    /// <param name="images">(N, C, H, W), contiguous or channels-last.</param>
    /// <returns>Features, owned by the caller.</returns>
    Tensor Features(Tensor images);
}
