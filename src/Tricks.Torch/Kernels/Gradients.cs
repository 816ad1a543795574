using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>Takes a backward function's gradient and lets go of its tensors as soon as libtorch has taken them.</summary>
/// <remarks>
/// TorchSharp hands gradients over in wrappers that live until the step's dispose scope ends, and so would every
/// intermediate gradient of the network. libtorch has taken its own reference when the next function is called.
/// </remarks>
internal static class Gradients
{
    [ThreadStatic]
    private static List<Tensor>? _handedOver;

    /// <summary>The same gradient as the kernels take it: itself, or a copy in channels-last order.</summary>
    internal static Tensor ChannelsLast(Tensor gradient) =>
        KernelSwitch.Takes(gradient) ? gradient.alias() : MemoryFormat.ToChannelsLast(gradient);

    /// <summary>What a backward function returns: one entry for each tensor argument of forward, null for no gradient.</summary>
    /// <remarks>gradients: Not attached to an inner dispose scope; null for an argument without gradient.</remarks>
    internal static List<Tensor> HandOver(params Tensor?[] gradients)
    {
        _handedOver ??= [];
        foreach (var tensor in _handedOver)
            tensor.Dispose();
        _handedOver.Clear();
        var list = new List<Tensor>(gradients.Length);
        foreach (var gradient in gradients)
        {
            list.Add(gradient!);
            if (gradient is not null)
                _handedOver.Add(gradient);
        }

        return list;
    }
}
