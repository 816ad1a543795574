using System.Runtime.Intrinsics.X86;

namespace Tricks.Torch.Runtime;

/// <summary>The processor, as far as the fastest way to compute depends on it.</summary>
internal static class Processor
{
    // CPUID leaf 0 gives the vendor's name in EBX, EDX, ECX, four letters each: "Genu", "ineI", "ntel".
    private const int Genu = 0x756E6547;
    private const int IneI = 0x49656E69;
    private const int Ntel = 0x6C65746E;

    private const int Features = 7;          // the leaf
    private const int AmxBFloat16Bit = 22;   // of EDX, leaf 7.0
    private const int Avx512BFloat16Bit = 5; // of EAX, leaf 7.1

    /// <summary>Whether it is Intel's.</summary>
    internal static bool IsIntel { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0) is { Ebx: Genu, Edx: IneI, Ecx: Ntel };

    /// <summary>Whether libtorch's float32 matrix product, MKL's, is as fast as its convolutions: not on AMD's processors with AVX-512, where MKL does without it.</summary>
    internal static bool HasFastProducts { get; } = IsIntel || (Avx2.IsSupported && !Avx512F.IsSupported);

    /// <summary>Whether it multiplies tiles of bfloat16 (amx_bf16).</summary>
    internal static bool HasTiles { get; } = X86Base.IsSupported && HasAmxBFloat16();

    /// <summary>Whether bfloat16 is computed in float32's instructions and so is slower: an x86 processor with neither avx512_bf16 nor amx_bf16.</summary>
    internal static bool LacksBFloat16 { get; } = X86Base.IsSupported && !HasTiles && !HasAvx512BFloat16();

    private static bool HasAmxBFloat16() => HasFeatures && (X86Base.CpuId(Features, 0).Edx >> AmxBFloat16Bit & 1) == 1;

    private static bool HasAvx512BFloat16() =>
        HasFeatures && X86Base.CpuId(Features, 0).Eax >= 1 && (X86Base.CpuId(Features, 1).Eax >> Avx512BFloat16Bit & 1) == 1;

    private static bool HasFeatures => X86Base.CpuId(0, 0).Eax >= Features;
}
