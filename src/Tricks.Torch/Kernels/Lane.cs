using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tricks.Torch.Kernels;

/// <summary>Sixteen neighbouring elements of a tensor, read and written as float32. Kernels are generic in it.</summary>
internal unsafe interface ILane
{
    static abstract int ElementSize { get; }

    static abstract Vector512<float> Load(byte* address);

    static abstract void Store(byte* address, Vector512<float> value);
}

/// <summary>float32 in memory.</summary>
internal readonly unsafe struct Float32Lane : ILane
{
    public static int ElementSize => sizeof(float);

    public static Vector512<float> Load(byte* address) => Vector512.Load((float*)address);

    public static void Store(byte* address, Vector512<float> value) => value.Store((float*)address);
}

/// <summary>bfloat16 in memory: the upper half of a float32, rounded to the nearest, ties to even. NaN stays NaN.</summary>
internal readonly unsafe struct BFloat16Lane : ILane
{
    public static int ElementSize => sizeof(ushort);

    public static Vector512<float> Load(byte* address)
    {
        var halves = Vector256.Load((ushort*)address);
        var wide = Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
        if (Avx512F.IsSupported)
            wide = Avx512F.ConvertToVector512UInt32(halves);
        return (wide << 16).AsSingle();
    }

    public static void Store(byte* address, Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512.Create(1u));
        var upper = Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, Vector512.Create(0x7FC00000u)) >>> 16;
        var halves = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(upper)
            : Vector256.Narrow(upper.GetLower(), upper.GetUpper());
        halves.Store((ushort*)address);
    }
}
