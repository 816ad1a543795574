using System.Runtime.Intrinsics.X86;

namespace Tricks.Torch.Runtime;

/// <summary>The processor, as far as the fastest way to compute depends on it.</summary>
internal static class Processor
{
    // CPUID leaf 0 gives the vendor's name in EBX, EDX, ECX, four letters each: "Genu", "ineI", "ntel".
    private const int Genu = 0x756E6547;
    private const int IneI = 0x49656E69;
    private const int Ntel = 0x6C65746E;

    /// <summary>Whether it is Intel's. libtorch's float32 matrix product is MKL's, which runs at its peak there and at half of a convolution's on AMD's.</summary>
    internal static bool IsIntel { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0) is { Ebx: Genu, Edx: IneI, Ecx: Ntel };
}
