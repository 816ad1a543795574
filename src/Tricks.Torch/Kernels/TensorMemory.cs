using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Where a CPU tensor's elements lie.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The address of the first element of a non-empty CPU tensor of any strides; it holds while the tensor lives.</summary>
    internal static void* Of(Tensor x)
    {
        using var scope = NewDisposeScope();
        var first = x.detach().as_strided([1], [1]); // TorchSharp's bytes take contiguous tensors of up to 2 GiB
        fixed (byte* address = first.bytes)
            return address; // native memory: it does not move
    }
}
