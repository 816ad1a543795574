namespace Tricks.Torch.Data;

/// <summary>What an image decoder accepts, and what transparent pixels are laid over.</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>Largest width * height that is decoded. Range [1, 500,000,000], default 89,478,485.</summary>
    /// <remarks>
    /// Checked in the header before anything is decoded: a file of half a megabyte can claim gigabytes of pixels. The
    /// default is where Pillow warns of a decompression bomb.
    /// </remarks>
    public long MaxPixels { get; init; } = 89_478_485;

    /// <summary>The colour under transparent pixels. Default white.</summary>
    public (byte Red, byte Green, byte Blue) Background { get; init; } = (255, 255, 255);

    /// <summary>Every value out of range, as a sentence with name, value, range and remedy; empty if there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (MaxPixels is < 1 or > 500_000_000)
            yield return $"MaxPixels is {MaxPixels}; it must be in [1, 500000000]: a decoded pixel takes four bytes of one array.";
    }
}
