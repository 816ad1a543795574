using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Tricks.Torch.Kernels;

/// <summary>The identity on a convolution's output that adds the gradient of its weight, computed as one matrix product.</summary>
/// <remarks>
/// dW (O, k*k*C) = dy (M, O)^T times the patches of x (M, k*k*C), M = N*H'*W'. oneDNN 3.7's bfloat16 kernel for it is slow
/// where the feature maps are small (2 x 2 pixels and 512 channels: 5 times). The convolution itself is given its weight
/// without a gradient. Arguments: y, weight (float32), x, stride, padding.
/// </remarks>
internal sealed unsafe class WeightGradientFunction : SingleTensorFunction<WeightGradientFunction>
{
    public override string Name => nameof(WeightGradientFunction);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[1], (Tensor)vars[2]]);
        ctx.save_data("geometry", ((int)vars[3], (int)vars[4]));
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var (stride, padding) = ((int, int))ctx.get_data("geometry");
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (weight, x) = (saved[0], saved[1]);
        var dy = KernelSwitch.Takes(grad_output) ? grad_output.alias() : grad_output.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        grad_output.Dispose();
        var gradient = Of(dy, x, weight, stride, padding);
        return Gradients.HandOver(dy.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope(), null, null, null);
    }

    /// <summary>(O, C, k, k), float32, channels-last.</summary>
    private static Tensor Of(Tensor dy, Tensor x, Tensor weight, int stride, int padding)
    {
        var (n, c, height, width) = ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2], (int)x.shape[3]);
        var (o, k, outHeight, outWidth) = ((int)weight.shape[0], (int)weight.shape[2], (int)dy.shape[2], (int)dy.shape[3]);
        var patches = empty([(long)n * outHeight * outWidth, (long)k * k * c], x.dtype);
        PatchKernel.Gather(
            (byte*)TensorMemory.Of(x), (byte*)TensorMemory.Of(patches), n, height, width, c * (int)x.element_size(), k, stride, padding, outHeight, outWidth);
        var rows = dy.permute(0, 2, 3, 1).reshape(-1, o);               // (M, O)
        var gradient = rows.t().mm(patches);                            // (O, k*k*C)
        return gradient.to(ScalarType.Float32).view(o, k, k, c).permute(0, 3, 1, 2);
    }
}
