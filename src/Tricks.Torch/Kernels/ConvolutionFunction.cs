using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Tricks.Torch.Kernels;

/// <summary>The identity on a convolution's output that adds those of its gradients which are our own.</summary>
/// <remarks>
/// libtorch's convolution is given the operand without a gradient, so that it does not compute that one too. Arguments: y, x or null for no gradient of it,
/// weight (float32) or null, x and kernel as they were multiplied, without gradients, <see cref="ConvolutionWays"/>.
/// </remarks>
internal sealed class ConvolutionFunction : SingleTensorFunction<ConvolutionFunction>
{
    public override string Name => nameof(ConvolutionFunction);

    /// <summary>The convolution, with its gradients in the given ways.</summary>
    /// <param name="x">(N, C, H, W), channels-last.</param>
    /// <param name="weight">(O, C, k, k), float32, channels-last.</param>
    /// <param name="ways">Stride and padding, and how.</param>
    /// <returns>(N, O, H', W'), channels-last, in the type of x. Do not change it in place.</returns>
    internal static Tensor Of(Tensor x, Tensor weight, ConvolutionWays ways)
    {
        using var scope = NewDisposeScope();
        var (constantX, kernel) = (x.detach(), weight.to(x.dtype)); // autograd brings libtorch's gradient back to float32
        var constantKernel = kernel.detach();
        var (ownInput, ownWeight) = (ways.OfInput != ConvolutionWay.Libtorch, ways.OfWeight != ConvolutionWay.Libtorch);
        var y = Forward(ways.Forward, ownInput ? constantX : x, ownWeight ? constantKernel : kernel, ways.Stride, ways.Padding);
        if (!ownInput && !ownWeight)
            return y.MoveToOuterDisposeScope();
        return apply(y, ownInput ? x : null!, ownWeight ? weight : null!, constantX, constantKernel, ways).MoveToOuterDisposeScope();
    }

    /// <summary>y = W * x.</summary>
    /// <param name="way">Not Convolution; autograd knows Libtorch and Strips only.</param>
    /// <param name="x">(N, C, H, W), channels-last.</param>
    /// <param name="kernel">W, (O, C, k, k), of x's type.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    internal static Tensor Forward(ConvolutionWay way, Tensor x, Tensor kernel, int stride, int padding) => way switch
    {
        ConvolutionWay.Tiles => FilterConvolution<TileFilter>.Forward(x, kernel),
        ConvolutionWay.Pairs => FilterConvolution<PairFilter>.Forward(x, kernel),
        ConvolutionWay.Product => ConvolutionProducts.Forward(x, kernel, stride, padding),
        ConvolutionWay.Strips => StripConvolution.Forward(x, kernel, stride, padding),
        _ => nn.functional.conv2d(x, kernel, strides: [stride, stride], padding: [padding, padding]),
    };

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[3], (Tensor)vars[4]]);
        ctx.save_data("ways", vars[5]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var ways = (ConvolutionWays)ctx.get_data("ways");
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, kernel) = (saved[0], saved[1]);
        var g = Gradients.ChannelsLast(grad_output);
        grad_output.Dispose();
        var ofInput = ways.OfInput switch
        {
            ConvolutionWay.Convolution => ConvolutionGradients.OfInput(g, kernel, ways.Padding),
            ConvolutionWay.Tiles => FilterConvolution<TileFilter>.OfInput(g, kernel),
            ConvolutionWay.Pairs => FilterConvolution<PairFilter>.OfInput(g, kernel),
            ConvolutionWay.Product => ConvolutionProducts.OfInput(g, kernel, x.size(2), x.size(3), ways.Stride, ways.Padding),
            _ => null,
        };
        var ofWeight = ways.OfWeight switch
        {
            ConvolutionWay.Convolution => ConvolutionGradients.OfWeight(g, x, ways.Padding),
            ConvolutionWay.Tiles => FilterConvolution<TileFilter>.OfWeight(g, x),
            ConvolutionWay.Pairs => FilterConvolution<PairFilter>.OfWeight(g, x),
            ConvolutionWay.Product => ConvolutionProducts.OfWeight(g, x, (int)kernel.size(2), ways.Stride, ways.Padding),
            _ => null,
        };
        return Gradients.HandOver(
            g.MoveToOuterDisposeScope(), ofInput?.MoveToOuterDisposeScope(), ofWeight?.MoveToOuterDisposeScope(), null, null, null);
    }
}
