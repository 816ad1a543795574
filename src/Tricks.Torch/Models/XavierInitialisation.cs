using TorchSharp;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Models;

/// <summary>Fresh weights: Xavier (Glorot and Bengio, 2010) for convolutions and linear layers, as in BoT §2.1.</summary>
/// <remarks>
/// Weights are uniform in [-a, a], a = sqrt(6 / (fanIn + fanOut)), with fanIn = inChannels * kh * kw and
/// fanOut = outChannels * kh * kw, so that their variance is 2 / (fanIn + fanOut); in a depthwise convolution each output
/// has one input and each input one output, so both are kh * kw. Biases are 0; a batch normalisation gets gamma 1,
/// beta 0, running mean 0 and running variance 1. In a network of your own that is every parameter of two or more dimensions, and
/// those of one dimension whose names end in weight or bias; other parameters and buffers stay as they are.
/// </remarks>
public static class XavierInitialisation
{
    [ThreadStatic]
    private static bool _leftOut;

    /// <summary>Builds a network whose weights will all be loaded: nothing is drawn for it, which for ResNet-50 saves 25 million draws.</summary>
    internal static T LeftOut<T>(Func<T> build)
    {
        _leftOut = true;
        try
        {
            return build();
        }
        finally
        {
            _leftOut = false;
        }
    }

    /// <summary>Draws every weight of the network anew, in place. Equal seeds give equal bits.</summary>
    /// <param name="network">A network, or any module of one.</param>
    /// <param name="seed">Each weight tensor is drawn from <see cref="SeededRandom"/> for (seed, Initialisation, index among the parameters).</param>
    public static void Apply(nn.Module network, long seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (_leftOut)
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var one = 1.ToScalar();                           // held: an implicit one may be collected during the native call
        var depthwise = network.modules().OfType<DepthwiseConv2d>().Select(layer => layer.Weight).ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var (index, (name, parameter)) in network.named_parameters().Index())
        {
            if (parameter.dim() >= 2)
                parameter.copy_(Uniform(parameter.shape, depthwise.Contains(parameter), SeededRandom.For(seed, RandomPurpose.Initialisation, index)));
            else if (name.EndsWith("weight", StringComparison.Ordinal))
                parameter.fill_(one);                           // gamma
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                parameter.zero_();                              // beta, and biases
        }

        foreach (var (name, buffer) in network.named_buffers())
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
                buffer.fill_(one);
            else if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                buffer.zero_();
        }
    }

    /// <summary>The bound a of a weight of shape (out, in, ...).</summary>
    internal static double Bound(ReadOnlySpan<long> shape, bool depthwise = false)
    {
        var kernel = 1L;
        foreach (var side in shape[2..])
            kernel *= side;
        return Math.Sqrt(6.0 / ((depthwise ? 2 : shape[0] + shape[1]) * kernel));
    }

    private static Tensor Uniform(long[] shape, bool depthwise, SeededRandom random)
    {
        var bound = Bound(shape, depthwise);
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextDouble(-bound, bound);
        return tensor(values, shape);                           // row-major; copy_ keeps the parameter's memory order
    }
}
