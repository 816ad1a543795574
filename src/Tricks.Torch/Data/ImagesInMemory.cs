using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Decoded images that are in memory already.</summary>
public sealed class ImagesInMemory(IReadOnlyList<ImagePixels> images) : IImageSource
{
    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public ImagePixels Read(int index) => images[index];

    /// <inheritdoc/>
    public string NameOf(int index) => $"image {index}";
}
