using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Keeps decoded small images in memory up to a limit; the others are read anew at each use.</summary>
/// <remarks>
/// The pixels are the same either way, so the limit changes the speed and never the result. Large images are not kept:
/// their decoding hides behind the training step, and they would crowd out many small ones.
/// </remarks>
/// <param name="source">Where the images come from.</param>
/// <param name="memory">What the kept pixels are taken from.</param>
public sealed class CachedImages(IImageSource source, MemoryBudget memory) : IImageSource
{
    /// <summary>Images with more pixels than this (256 x 256) are not kept.</summary>
    public const int SmallImagePixels = 256 * 256;

    private readonly ImagePixels?[] _kept = new ImagePixels?[source.Count];
    private readonly bool[] _isLarge = new bool[source.Count]; // false also where it is not known yet
    private long _keptBytes;

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <summary>Bytes of decoded pixels kept now.</summary>
    public long KeptBytes => Interlocked.Read(ref _keptBytes);

    /// <inheritdoc/>
    public ImagePixels Read(int index)
    {
        if (Volatile.Read(ref _kept[index]) is { } kept)
            return kept;
        var image = source.Read(index);
        if ((long)image.Width * image.Height <= SmallImagePixels)
            Keep(index, image);
        else
            _isLarge[index] = true;
        return image;
    }

    /// <summary>A part of an image that is known to be large; any other is read whole, so that it can be kept.</summary>
    ImagePart IImageSource.ReadPart(int index, ChoosePart choose) =>
        _isLarge[index] ? source.ReadPart(index, choose) : new ImagePart(Read(index));

    /// <inheritdoc/>
    public string NameOf(int index) => source.NameOf(index);

    /// <inheritdoc/>
    public byte[] ContentHash(int index) => source.ContentHash(index);

    private void Keep(int index, ImagePixels image)
    {
        var bytes = image.Values.LongLength;
        if (!memory.TryTake(bytes))
            return;
        if (Interlocked.CompareExchange(ref _kept[index], image, null) is null)
            Interlocked.Add(ref _keptBytes, bytes);
        else
            memory.Release(bytes); // another thread was first
    }
}
