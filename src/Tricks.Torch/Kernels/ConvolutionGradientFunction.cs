using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Tricks.Torch.Kernels;

/// <summary>The identity on a convolution's output that adds those gradients of <see cref="ConvolutionGradients"/> which are wanted.</summary>
/// <remarks>
/// The convolution itself is given the operand without a gradient, so that libtorch does not compute it too. Arguments: y, x or null for no gradient of it,
/// weight (float32) or null, x and kernel (bfloat16) as they were multiplied, without gradients, <see cref="Settings"/>.
/// </remarks>
internal sealed class ConvolutionGradientFunction : SingleTensorFunction<ConvolutionGradientFunction>
{
    public override string Name => nameof(ConvolutionGradientFunction);

    /// <summary>What is not a tensor.</summary>
    internal sealed record Settings(int Stride, int Padding, bool OfInput, WeightGradientKind OfWeight);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[3], (Tensor)vars[4]]);
        ctx.save_data("settings", vars[5]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var settings = (Settings)ctx.get_data("settings");
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (x, kernel) = (saved[0], saved[1]);
        var g = KernelSwitch.Takes(grad_output) ? grad_output.alias() : grad_output.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        grad_output.Dispose();
        var ofInput = settings.OfInput ? ConvolutionGradients.OfInput(g, kernel, settings.Padding) : null;
        var ofWeight = settings.OfWeight switch
        {
            WeightGradientKind.Convolution => ConvolutionGradients.OfWeightByConvolution(g, x, settings.Padding),
            WeightGradientKind.Product => ConvolutionGradients.OfWeightByProduct(g, x, (int)kernel.size(2), settings.Stride, settings.Padding),
            _ => null,
        };
        return Gradients.HandOver(
            g.MoveToOuterDisposeScope(), ofInput?.MoveToOuterDisposeScope(), ofWeight?.MoveToOuterDisposeScope(), null, null, null);
    }
}
