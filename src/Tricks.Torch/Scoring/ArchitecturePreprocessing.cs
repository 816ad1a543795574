using Tricks.Torch.Models;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;

namespace Tricks.Torch.Scoring;

/// <summary>What images an architecture takes where nothing else is said.</summary>
public static class ArchitecturePreprocessing
{
    /// <summary>
    /// <see cref="Preprocessing.ImageNet"/> (BoT §2.1) at the architecture's image size. Inception-v3's own, of every width, is another: values in
    /// [-1, 1] and a crop of 299/342, as its authors' code and torchvision's weights have it.
    /// </summary>
    /// <param name="architecture">The network.</param>
    /// <param name="imageSize">Height and width of its input in pixels; null (the default) takes <see cref="Architecture.DefaultImageSize"/>.</param>
    /// <param name="channels">1 (gray) or 3 (RGB).</param>
    public static Preprocessing DefaultPreprocessing(this Architecture architecture, int? imageSize = null, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var usual = Preprocessing.ImageNet(imageSize ?? architecture.DefaultImageSize, channels);
        return architecture is InceptionV3Architecture ? PretrainedConfig.Inception.Apply(usual) : usual;
    }
}
