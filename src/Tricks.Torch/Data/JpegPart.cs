using System.Buffers;
using SkiaSharp;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>Decodes a rectangle of a JPEG image and little else.</summary>
/// <remarks>
/// libjpeg-turbo unpacks the Huffman codes of the rows above without transforming them, does not touch the rows below, and
/// transforms only the blocks of the columns asked for. Its interpolation of halved colour treats the edge of those columns as the
/// edge of the image, so some columns more are decoded, and the rectangle's pixels are then the whole image's, bit for bit.
/// </remarks>
internal static class JpegPart
{
    private const int BlockColumns = 16; // of a unit of the usual subsamplings; the decoder starts at whole units
    private const int Margin = 8;        // more than any interpolation of colour reaches

    /// <summary>Whether parts can be decoded: of a JPEG image that stands upright as it is encoded.</summary>
    public static bool Serves(SKCodec codec) =>
        codec is { EncodedFormat: SKEncodedImageFormat.Jpeg, EncodedOrigin: SKEncodedOrigin.TopLeft };

    /// <summary>The part, or none and what the decoder says.</summary>
    public static unsafe (ImagePart? Part, SKCodecResult Result) Decode(SKCodec codec, PixelBox wanted, int channels)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var left = Math.Max(0, wanted.Left - Margin) / BlockColumns * BlockColumns;
        var right = Math.Min(width, wanted.Left + wanted.Width + Margin);
        var box = wanted with { Left = left, Width = right - left };
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var result = codec.StartScanlineDecode(info, new SKCodecOptions(new SKRectI(left, 0, right, height)));
        if (result != SKCodecResult.Success)
            return (null, result);
        if (!codec.SkipScanlines(box.Top))
            return (null, SKCodecResult.IncompleteInput);

        var rented = ArrayPool<byte>.Shared.Rent(box.Width * box.Height * 4);
        int rows;
        fixed (byte* pixels = rented)
            rows = codec.GetScanlines((nint)pixels, box.Height, box.Width * 4);
        if (rows < box.Height)
        {
            ArrayPool<byte>.Shared.Return(rented);
            return (null, SKCodecResult.IncompleteInput);
        }

        if (channels == 1)
            Rgba.ToGray(rented.AsSpan(0, box.Width * box.Height * 4));
        return (new ImagePart(width, height, channels, pixelBytes: channels == 1 ? 1 : 4, box, rented), result);
    }
}
