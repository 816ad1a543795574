namespace Tricks.Torch.Weights;

/// <summary>The safetensors format: named tensors in a file that can be read without running anything of it.</summary>
/// <remarks>
/// https://github.com/huggingface/safetensors: 8 bytes, the header's length (little-endian); the header, a JSON object of
/// name to dtype, shape and data_offsets; the values, row by row, little-endian. The types F64, F32, F16, BF16, I64, I32,
/// I16, I8 and U8 are known. Reading is strict: one exception type for every fault, and no memory is taken for
/// bytes that are not there.
/// </remarks>
public static partial class Safetensors
{
    /// <summary>The longest header that is read or written, in bytes, as in the reference implementation.</summary>
    public const int MaximumHeaderBytes = 100_000_000;

    /// <summary>The largest tensor that is read or written, in bytes: 2^31 - 1, the reach of a span.</summary>
    public const int MaximumTensorBytes = int.MaxValue;

    private const int LengthBytes = 8;
}
