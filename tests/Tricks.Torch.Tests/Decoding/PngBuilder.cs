using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tricks.Torch.Tests.Decoding;

/// <summary>Writes PNG files by hand (RFC 2083), so that bit depth and header can be what no encoder would write.</summary>
internal static class PngBuilder
{
    public const byte Gray = 0, Rgb = 2, RgbAlpha = 6;

    /// <summary>A whole file from raw rows, each of which begins with its filter byte 0.</summary>
    public static byte[] Build(int width, int height, byte bitDepth, byte colorType, byte[] filteredRows)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(filteredRows);
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n',
            .. Chunk("IHDR", [.. BigEndian((uint)width), .. BigEndian((uint)height), bitDepth, colorType, 0, 0, 0]),
            .. Chunk("IDAT", compressed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian((uint)data.Length), .. checkedPart, .. BigEndian(Crc32(checkedPart))];
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Crc32(byte[] bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
