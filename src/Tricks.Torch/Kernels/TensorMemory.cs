using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Where a CPU tensor's elements lie.</summary>
/// <remarks>
/// TorchSharp shows it of contiguous tensors of up to 2 GiB only. A view of one element serves for the others, at the price of two operators; so we
/// call the entry of TorchSharp's own native library behind <see cref="Tensor.bytes"/> where it is found: a step asks some hundred times.
/// </remarks>
internal static unsafe class TensorMemory
{
    private static readonly delegate* unmanaged<nint, void*> Data = (delegate* unmanaged<nint, void*>)Find("THSTensor_data");

    /// <summary>The address of the first element of a non-empty CPU tensor of any strides; it holds while the tensor lives.</summary>
    internal static void* Of(Tensor x)
    {
        if (Data == null)
            return OfView(x);
        var address = Data(x.Handle);
        GC.KeepAlive(x);
        return address;
    }

    private static void* OfView(Tensor x)
    {
        using var scope = NewDisposeScope();
        var first = x.detach().as_strided([1], [1]);
        fixed (byte* address = first.bytes)
            return address; // native memory: it does not move
    }

    private static nint Find(string symbol) =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(Tensor).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, symbol, out var address)
            ? address
            : 0;
}
