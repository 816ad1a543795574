using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tricks.MLNet.Persistence;

/// <summary>What a saved model consists of: a manifest and the weights, with a hash over both.</summary>
/// <param name="Manifest">JSON, UTF-8.</param>
/// <param name="Weights">Safetensors.</param>
internal sealed record ModelPayload(byte[] Manifest, byte[] Weights)
{
    /// <summary>SHA-256 over the manifest's length (64 bits, little-endian), the manifest and the weights.</summary>
    /// <remarks>The length keeps bytes from moving from one part to the other unnoticed.</remarks>
    public byte[] Hash()
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, Manifest.LongLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(Manifest);
        hash.AppendData(Weights);
        return hash.GetHashAndReset();
    }

    /// <exception cref="InvalidDataException">The payload is not the one that was hashed.</exception>
    public void Verify(ReadOnlySpan<byte> expectedHash)
    {
        if (!expectedHash.SequenceEqual(Hash()))
            throw DamagedModel.Exception("its content does not fit its checksum");
    }
}
