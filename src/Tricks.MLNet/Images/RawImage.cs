using System.Security.Cryptography;
using Tricks.Torch.Data;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Images;

/// <summary>What an image column held in one row, safe to keep after the cursor has moved on; decoded when needed.</summary>
/// <param name="Name">The file or row, for messages.</param>
internal abstract record RawImage(string Name)
{
    /// <summary>The pixels. Safe for several threads at once.</summary>
    /// <param name="decoder">Decodes encoded bytes.</param>
    /// <param name="channels">1 (gray) or 3 (RGB).</param>
    /// <exception cref="ImageDecodingException">The image cannot be used; the message names the file or row.</exception>
    public abstract ImagePixels Decode(ImageDecoder decoder, int channels);

    /// <summary>The pixels of at least the part that is chosen once the size is known; by default all, without asking.</summary>
    public virtual ImagePart DecodePart(ImageDecoder decoder, int channels, ChoosePart choose) => new(Decode(decoder, channels));

    /// <summary>SHA-256 of the bytes or pixels, without decoding.</summary>
    public abstract byte[] ContentHash();
}

/// <summary>A whole encoded file (JPEG, PNG, ...).</summary>
internal sealed record ImageBytes(string Name, byte[] Bytes) : RawImage(Name)
{
    public override ImagePixels Decode(ImageDecoder decoder, int channels) => decoder.Decode(Bytes, channels, Name);

    public override ImagePart DecodePart(ImageDecoder decoder, int channels, ChoosePart choose) => decoder.DecodePart(Bytes, channels, Name, choose);

    public override byte[] ContentHash() => SHA256.HashData(Bytes);
}

/// <summary>The path of a file, read again for every decoding.</summary>
internal sealed record ImagePath(string Path) : RawImage(Path)
{
    public override ImagePixels Decode(ImageDecoder decoder, int channels) => ImageFiles.Read(Path, channels, decoder);

    public override ImagePart DecodePart(ImageDecoder decoder, int channels, ChoosePart choose) => ImageFiles.ReadPart(Path, channels, decoder, choose);

    public override byte[] ContentHash()
    {
        using var file = File.OpenRead(Path);
        return SHA256.HashData(file);
    }
}

/// <summary>Pixels that were decoded upstream.</summary>
internal sealed record PixelImage(string Name, ImagePixels Pixels) : RawImage(Name)
{
    public override ImagePixels Decode(ImageDecoder decoder, int channels) => ChannelConversion.To(Pixels, channels);

    public override byte[] ContentHash() => DatasetFingerprint.OfPixels(Pixels);
}

/// <summary>A row without an image, or with values that are none. Kept as a value, so that only who decodes it fails.</summary>
internal sealed record UnusableImage(string Name, string Reason) : RawImage(Name)
{
    public override ImagePixels Decode(ImageDecoder decoder, int channels) => throw new ImageDecodingException(Name, Reason);

    public override byte[] ContentHash() => throw new ImageDecodingException(Name, Reason);
}
