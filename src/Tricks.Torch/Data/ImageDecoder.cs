using System.Buffers;
using SkiaSharp;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Encoded bytes (JPEG, PNG, GIF, WebP, BMP) to pixels, upright, opaque and complete.</summary>
/// <remarks>
/// EXIF orientation is applied. Transparent pixels are laid over <see cref="ImageDecoderOptions.Background"/>. CMYK, gray,
/// palette and 16-bit images become 8-bit RGB; an animation gives its first frame; colour profiles are ignored, as by Pillow.
/// Gray output is the Rec. 601 luma of the opaque colour, so a gray image keeps its values.
/// A file that ends too early is an error at every length, never a picture that is gray below: JPEG must reach its end
/// marker, PNG its IEND chunk, GIF its trailer, WebP the length in its header, BMP its last row. Bytes after that are ignored.
/// Immutable, so safe for several threads at once.
/// </remarks>
public sealed class ImageDecoder
{
    private readonly ImageDecoderOptions _options;

    /// <summary>Creates a decoder.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        _options = options ?? new ImageDecoderOptions();
        if (_options.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
    }

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="channels">1 (gray) or 3 (RGB) channels are returned.</param>
    /// <param name="name">The file or row, for the error message.</param>
    /// <returns>Height and width are those of the upright image.</returns>
    /// <exception cref="ImageDecodingException">
    /// The bytes are none, no image of these formats, cut off or damaged, or exceed the cap on pixels.
    /// </exception>
    public unsafe ImagePixels Decode(ReadOnlySpan<byte> encoded, int channels, string name)
    {
        CheckChannels(channels);
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = OpenComplete(data, encoded, name);
            return Decode(codec, channels, encoded.Length, name);
        }
    }

    /// <summary>Decodes at least the part that is chosen once the size is known; its pixels are those of the whole image, bit for bit.</summary>
    /// <remarks>
    /// Of an upright JPEG file only the part is decoded. The checks are those of decoding it all, but for damage in what is not decoded.
    /// </remarks>
    internal unsafe ImagePart DecodePart(ReadOnlySpan<byte> encoded, int channels, string name, ChoosePart choose)
    {
        CheckChannels(channels);
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = OpenComplete(data, encoded, name);
            if (!JpegPart.Serves(codec))
                return new ImagePart(Decode(codec, channels, encoded.Length, name));
            var wanted = choose(codec.Info.Width, codec.Info.Height);
            var (part, result) = JpegPart.Decode(codec, wanted, channels);
            CheckResult(result, encoded.Length, name);
            return part!;
        }
    }

    /// <summary>Reads the size from the header, without decoding pixels and without a cap on their number.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">The file or row, for the error message.</param>
    /// <returns>Width and height of the upright image, as <see cref="Decode(ReadOnlySpan{byte}, int, string)"/> would return it.</returns>
    /// <exception cref="ImageDecodingException">The bytes are none, or no image of these formats.</exception>
    public static unsafe (int Width, int Height) ReadSize(ReadOnlySpan<byte> encoded, string name)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = Open(data, encoded, name);
            var orientation = new Orientation(codec.EncodedOrigin, codec.Info.Width, codec.Info.Height);
            return (orientation.Width, orientation.Height);
        }
    }

    private static void CheckChannels(int channels)
    {
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "An image has 1 (gray) or 3 (RGB) channels.");
    }

    private SKCodec OpenComplete(SKData data, ReadOnlySpan<byte> encoded, string name)
    {
        var codec = Open(data, encoded, name);
        try
        {
            CheckSize(codec.Info, name);
            return EncodedImage.IsComplete(encoded, codec.EncodedFormat) ? codec : throw CutOff(encoded.Length, name);
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    private static SKCodec Open(SKData data, ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.IsEmpty)
            throw new ImageDecodingException(name, "the file is empty (0 bytes). Replace it, or leave it out.");
        var codec = EncodedImage.IsKnown(encoded) ? SKCodec.Create(data) : null;
        return codec ?? throw new ImageDecodingException(name,
            $"these {encoded.Length} bytes are no readable JPEG, PNG, GIF, WebP or BMP image (they begin with "
            + $"{Convert.ToHexString(encoded[..Math.Min(8, encoded.Length)])}). Convert the file to one of these formats, or leave it out.");
    }

    private void CheckSize(SKImageInfo info, string name)
    {
        if ((long)info.Width * info.Height > _options.MaxPixels)
        {
            throw new ImageDecodingException(name,
                $"the image is {info.Width} x {info.Height} = {(long)info.Width * info.Height} pixels, above MaxPixels = "
                + $"{_options.MaxPixels}. Shrink the image, or raise ImageDecoderOptions.MaxPixels if the file is trusted.");
        }
    }

    private unsafe ImagePixels Decode(SKCodec codec, int channels, int length, string name)
    {
        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(
            codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        var rented = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            var rgba = rented.AsSpan(0, info.BytesSize);
            fixed (byte* pixels = rgba)
                CheckResult(codec.GetPixels(info, (nint)pixels), length, name);
            if (!opaque)
                Rgba.LayOver(rgba, _options.Background);
            return Rgba.Pack(rgba, new Orientation(codec.EncodedOrigin, info.Width, info.Height), channels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void CheckResult(SKCodecResult result, int length, string name)
    {
        if (result == SKCodecResult.IncompleteInput)
            throw CutOff(length, name);
        if (result != SKCodecResult.Success)
            throw new ImageDecodingException(name, $"the image is damaged (the decoder reports {result}). Replace the file, or leave it out.");
    }

    private static ImageDecodingException CutOff(int length, string name) =>
        new(name, $"the image is cut off: it ends early, at {length} bytes. Copy or download the file again, or leave it out.");
}
