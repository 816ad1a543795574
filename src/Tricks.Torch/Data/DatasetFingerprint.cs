using System.Buffers.Binary;
using System.Security.Cryptography;
using Tricks.Torch.Transforms;

namespace Tricks.Torch.Data;

/// <summary>One number per row of a data set, by which a changed, moved, added or relabelled row is noticed.</summary>
/// <remarks>
/// The first 64 bits of SHA-256 over the image's content and its class number. Where a file lies is not part of it: a
/// folder that was moved is the same data.
/// </remarks>
internal static class DatasetFingerprint
{
    /// <summary>The rows' numbers in their order.</summary>
    public static long[] Of(ImageDataset data, int? workers, CancellationToken cancellationToken)
    {
        var rows = new long[data.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, rows.Length, parallel, row => rows[row] = Of(data.ContentHash(row), data.Labels[row]));
        return rows;
    }

    /// <summary>SHA-256 over size, channels and values.</summary>
    public static byte[] OfPixels(ImagePixels image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var number in (ReadOnlySpan<int>)[image.Width, image.Height, image.Channels])
            hash.AppendData(BitConverter.GetBytes(number));
        hash.AppendData(image.Values);
        return hash.GetHashAndReset();
    }

    private static long Of(byte[] content, int label)
    {
        Span<byte> row = stackalloc byte[SHA256.HashSizeInBytes + sizeof(int)];
        content.CopyTo(row);
        BinaryPrimitives.WriteInt32LittleEndian(row[SHA256.HashSizeInBytes..], label);
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(row));
    }
}
