using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Runtime;

/// <summary>Channels-last: the memory order (N, H, W, C) under the logical shape (N, C, H, W).</summary>
/// <remarks>
/// TorchSharp 0.107 has the enum but no operator that takes it; a permuted contiguous tensor has the same strides.
/// oneDNN's convolutions are faster in this order, and a 1x1 convolution becomes one matrix product.
/// </remarks>
public static class MemoryFormat
{
    /// <summary>The same values in channels-last order; no copy is made where they are already.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <returns>A new tensor or a view, owned by the caller.</returns>
    public static Tensor ToChannelsLast(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Brings every convolution weight of the network into channels-last order, in place; call it before an optimizer is made.</summary>
    /// <returns>The network itself.</returns>
    public static Module<Tensor, Tensor> ToChannelsLast(Module<Tensor, Tensor> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (_, parameter) in network.named_parameters())
        {
            if (parameter.dim() == 4)
                parameter.set_(ToChannelsLast(parameter.detach()));
        }

        return network;
    }
}
