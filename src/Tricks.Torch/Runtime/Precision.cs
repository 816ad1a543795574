namespace Tricks.Torch.Runtime;

/// <summary>The number format in which a training step computes. Weights, optimizer state, loss and batch statistics are float32 in each.</summary>
public enum Precision
{
    /// <summary>32-bit floats. The default.</summary>
    Float32,

    /// <summary>
    /// Convolutions in 16-bit brain floats (8 bits of exponent, 8 of precision) with float32 master weights: BoT §3.2 has
    /// float16 on GPUs. Faster on processors with avx512_bf16 or amx_bf16 and on GPUs, slower elsewhere.
    /// </summary>
    BFloat16,

    /// <summary>
    /// Convolutions in 16-bit floats (5 bits of exponent, 11 of precision) with float32 master weights and dynamic loss scaling, as
    /// BoT §3.2. On GPUs only: a training on the CPU refuses it.
    /// </summary>
    Float16,
}
