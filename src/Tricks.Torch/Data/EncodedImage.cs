using System.Buffers.Binary;
using SkiaSharp;

namespace Tricks.Torch.Data;

/// <summary>What can be told of an encoded image without decoding it: its format, and whether its end is there.</summary>
/// <remarks>
/// Skia reports success for a progressive JPEG that lacks later scans, and for a PNG or an animation whose pixels of
/// interest came before the cut. So each format's structure is walked to its own end: JPEG to the end marker FFD9 (thumbnails
/// in metadata are skipped, so their end marker does not count), PNG to the whole IEND chunk, GIF to the trailer 3B, WebP to
/// the length in its RIFF header. BMP has no end beyond its pixels, which the decoder checks.
/// </remarks>
internal static class EncodedImage
{
    /// <summary>True for the first bytes of JPEG, PNG, GIF, WebP and BMP.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || bytes.StartsWith("GIF8"u8)
        || (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..].StartsWith("WEBP"u8))
        || bytes.StartsWith("BM"u8);

    /// <summary>True if the end of the image is within the bytes.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> bytes, SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Jpeg => JpegIsComplete(bytes),
        SKEncodedImageFormat.Png => PngIsComplete(bytes),
        SKEncodedImageFormat.Gif => GifIsComplete(bytes),
        SKEncodedImageFormat.Webp => WebPIsComplete(bytes),
        _ => true,
    };

    /// <summary>Walks segments (FF, marker, 16-bit length) and entropy-coded data to the end marker (ITU-T T.81, B.1.1).</summary>
    private static bool JpegIsComplete(ReadOnlySpan<byte> bytes)
    {
        const byte Start = 0xD8, End = 0xD9, FirstRestart = 0xD0, LastRestart = 0xD7, Stuffing = 0x00, Fill = 0xFF, Temporary = 0x01;
        while (true)
        {
            // In entropy-coded data this skips to the next FF; between segments it skips what libjpeg calls extraneous bytes.
            var at = bytes.IndexOf((byte)0xFF);
            if (at < 0 || at + 1 >= bytes.Length)
                return false;
            var marker = bytes[at + 1];
            if (marker == End)
                return true;
            bytes = marker switch
            {
                Fill => bytes[(at + 1)..],
                Start or Stuffing or Temporary or (>= FirstRestart and <= LastRestart) => bytes[(at + 2)..],
                _ => SkipSegment(bytes[(at + 2)..]),
            };
        }
    }

    private static ReadOnlySpan<byte> SkipSegment(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 2 ? [] : From(bytes, BinaryPrimitives.ReadUInt16BigEndian(bytes));

    /// <summary>Walks chunks (32-bit length, type, data, checksum) to the end of IEND.</summary>
    private static bool PngIsComplete(ReadOnlySpan<byte> bytes)
    {
        bytes = From(bytes, 8);
        while (bytes.Length >= 12)
        {
            var length = 12L + BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (bytes[4..].StartsWith("IEND"u8))
                return bytes.Length >= length;
            bytes = From(bytes, length);
        }

        return false;
    }

    /// <summary>Walks extensions (21) and images (2C), each followed by sub-blocks, to the trailer (3B).</summary>
    private static bool GifIsComplete(ReadOnlySpan<byte> bytes)
    {
        const byte Extension = 0x21, Image = 0x2C, Trailer = 0x3B;
        if (bytes.Length < 13)
            return false;
        bytes = From(bytes, 13 + ColorTableLength(bytes[10]));
        while (!bytes.IsEmpty && bytes[0] != Trailer)
        {
            bytes = bytes[0] switch
            {
                Extension => SkipSubBlocks(From(bytes, 2)),
                Image when bytes.Length >= 10 => SkipSubBlocks(From(bytes, 11 + ColorTableLength(bytes[9]))),
                _ => [],
            };
        }

        return !bytes.IsEmpty;
    }

    /// <summary>Bytes of the colour table that packed flags announce: 3 * 2^(n + 1) if the highest bit is set.</summary>
    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static ReadOnlySpan<byte> SkipSubBlocks(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && bytes[0] != 0)
            bytes = From(bytes, 1 + bytes[0]);
        return From(bytes, 1);
    }

    private static bool WebPIsComplete(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 8 && bytes.Length >= 8L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);

    /// <summary>The bytes from an offset on; none if it lies beyond the end.</summary>
    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, long offset) => offset < bytes.Length ? bytes[(int)offset..] : [];
}
