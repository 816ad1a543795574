using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Images by number, in any order and from several threads at once.</summary>
public interface IImageSource
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Reads and decodes one image; the same index always gives the same pixels.</summary>
    /// <exception cref="ImageDecodingException">The image cannot be read.</exception>
    ImagePixels Read(int index);

    /// <summary>Reads at least the part of an image that is chosen once its size is known; by default all of it, without asking.</summary>
    internal ImagePart ReadPart(int index, ChoosePart choose) => new(Read(index));

    /// <summary>The file or row of an image, for messages.</summary>
    string NameOf(int index);

    /// <summary>SHA-256 of what an image is made of, by which a checkpoint notices another data set; by default of its pixels.</summary>
    byte[] ContentHash(int index) => DatasetFingerprint.OfPixels(Read(index));
}
