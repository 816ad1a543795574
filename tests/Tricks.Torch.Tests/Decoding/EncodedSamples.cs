using System.Buffers.Binary;
using SkiaSharp;
using Tricks.Torch.Runtime;

namespace Tricks.Torch.Tests.Decoding;

/// <summary>Small encoded images: made by Skia where it can encode, by hand, or by ImageMagick 6.9.11 and libwebp 1.2.4.</summary>
internal static class EncodedSamples
{
    // convert -size 8x8 xc:'cmyk(0,255,255,0)' -colorspace CMYK -quality 95 -strip cmyk.jpg
    public static byte[] RedCmykJpeg => Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwEC"
        + "AgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EABUAAQEA"
        + "AAAAAAAAAAAAAAAAAAgJ/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAgK/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAA4EAQACEQMR"
        + "BAAAPwBmFYn/AF/H/9k=");

    // convert -size 24x16 gradient:red-blue -interlace JPEG -quality 90 -strip progressive.jpg
    public static byte[] ProgressiveJpeg => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBD"
        + "AQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAQABgDAREAAhEBAxEB/8QAFgAB"
        + "AQEAAAAAAAAAAAAAAAAAAAYH/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAcD/9oADAMBAAIQAxAAAAHK8r4BPXqKgf/EABUQAQEAAAAAAAAAAAAAAAAAAAAT/9oACAEB"
        + "AAEFArrrrrrv/8QAFhEAAwAAAAAAAAAAAAAAAAAAABVh/9oACAEDAQE/AW9G9G9G9G9G9P/EABYRAAMAAAAAAAAAAAAAAAAAAAAVYf/aAAgBAgEBPwFLBLBLBLBL"
        + "BLD/xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAVEAEBAAAAAAAAAAAAAAAAAAAAcf/aAAgBAQABPyGlKUpT/9oADAMBAAIAAwAAABDbEn//xAAU"
        + "EQEAAAAAAAAAAAAAAAAAAAAg/9oACAEDAQE/EEAB/8QAFBEBAAAAAAAAAAAAAAAAAAAAIP/aAAgBAgEBPxBAAf/EABYQAQEBAAAAAAAAAAAAAAAAABEAIP/aAAgB"
        + "AQABPxAww4Vf/9k=");

    // convert -size 24x16 gradient:black-white -colorspace Gray -quality 90 -strip gray.jpg
    public static byte[] GrayJpeg => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAAL"
        + "CAAQABgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAAAAgJ/8QAFxAAAwEAAAAAAAAAAAAAAAAAABhkov/aAAgBAQAAPwCSFjkyFjkyFjkya1rHJkLHJkLHJk//2Q==");

    // convert -size 6x4 xc:red xc:blue -delay 10 -strip animated.gif
    public static byte[] RedThenBlueGif => Convert.FromBase64String(
        "R0lGODlhBgAEAPAAAP8AAAAAACH5BAAAAAAAIf8LTkVUU0NBUEUyLjADAQAAACwAAAAABgAEAAACBISPqVcAIfkEAAAAAAAsAAAAAAYABACAAAD/AAAAAgSEj6lXADs=");

    // convert -size 6x4 xc:red red.png; convert -size 6x4 xc:blue blue.png
    // img2webp -lossless -d 100 red.png -d 100 blue.png -o animated.webp
    public static byte[] RedThenBlueWebP => Convert.FromBase64String(
        "UklGRoQAAABXRUJQVlA4WAoAAAACAAAABQAAAwAAQU5JTQYAAAD/////AABBTk1GKAAAAAAAAAAAAAUAAAMAAGQAAAJWUDhMDwAAAC8FwAAABxD9j/4HIqL/AQBB"
        + "Tk1GKAAAAAAAAAAAAAUAAAMAAGQAAABWUDhMDwAAAC8FwAAABxDR//4HIqL/AQA=");

    /// <summary>Random RGB values; noise so that every byte of an encoding matters.</summary>
    public static byte[] Noise(int width, int height)
    {
        var random = new SeededRandom(7, width, height);
        return [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.NextInt32(256))];
    }

    /// <summary>Encodes RGB values with Skia; quality 100 is lossless for PNG and WebP.</summary>
    public static byte[] Encode(byte[] rgb, int width, int height, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var i = 0; i < width * height; i++)
            bitmap.SetPixel(i % width, i / width, new SKColor(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]));
        if (format == SKEncodedImageFormat.Webp && quality == 100)
        {
            using var pixmap = bitmap.PeekPixels();
            return pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)).ToArray();
        }

        return bitmap.Encode(format, quality).ToArray();
    }

    /// <summary>A 24-bit BMP: rows from bottom to top, each padded to four bytes, blue first.</summary>
    public static byte[] Bmp(byte[] rgb, int width, int height)
    {
        var stride = ((3 * width) + 3) / 4 * 4;
        var file = new byte[54 + (stride * height)];
        "BM"u8.CopyTo(file);
        Write(2, file.Length);
        Write(10, 54);              // where the pixels begin
        Write(14, 40);              // BITMAPINFOHEADER
        Write(18, width);
        Write(22, height);
        Write(26, 1 | (24 << 16));  // one plane, 24 bits per pixel
        for (var y = 0; y < height; y++)
        {
            for (var i = 0; i < 3 * width; i++)
                file[54 + ((height - 1 - y) * stride) + i] = rgb[(3 * width * y) + (i / 3 * 3) + 2 - (i % 3)];
        }

        return file;

        void Write(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
    }

    /// <summary>The same JPEG with an EXIF segment that holds the one tag Orientation (0x0112).</summary>
    public static byte[] WithExifOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0"u8,
            .. "II*\0"u8, 8, 0, 0, 0,                               // little-endian TIFF, directory at 8
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, // one entry: tag, SHORT, count 1, value
            0, 0, 0, 0,                                             // no further directory
        ];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
