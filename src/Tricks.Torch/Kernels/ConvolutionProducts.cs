using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>A convolution and its gradients as matrix products over patches (im2col; Chellapilla et al., 2006).</summary>
/// <remarks>
/// y = W * x with x (N, C, H, W), W (O, C, k, k), zero padding p, stride s; g = dL/dy (N, O, H', W'); all channels-last, of one type. With X the patches of x,
/// (M, k*k*C) for M = N*H'*W': Y = X W^T, dX = G W, dW = G^T X, and dx adds up dX where patches overlap.
/// </remarks>
internal static unsafe class ConvolutionProducts
{
    /// <summary>H' = floor((H + 2p - k) / s) + 1.</summary>
    internal static long Outputs(long inputs, long kernel, long stride, long padding) => ((inputs + (2 * padding) - kernel) / stride) + 1;

    /// <summary>y.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="kernel">W, of x's type.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <returns>(N, O, H', W'), channels-last, the caller's.</returns>
    internal static Tensor Forward(Tensor x, Tensor kernel, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var (n, height, width) = (x.size(0), Outputs(x.size(2), kernel.size(2), stride, padding), Outputs(x.size(3), kernel.size(2), stride, padding));
        var y = Patches(x, (int)kernel.size(2), stride, padding).mm(Rows(kernel).t());      // (M, O)
        return y.view(n, height, width, -1).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>dx, float32 only.</summary>
    /// <param name="g">(N, O, H', W').</param>
    /// <param name="kernel">W.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <returns>(N, C, H, W), channels-last, the caller's.</returns>
    internal static Tensor OfInput(Tensor g, Tensor kernel, long height, long width, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var (n, c, k) = (g.size(0), kernel.size(1), kernel.size(2));
        var patches = Pixels(g).mm(Rows(kernel));                                           // (M, k*k*C)
        var dx = empty([n, height, width, c], g.dtype);
        PatchKernel.Scatter(
            (float*)TensorMemory.Of(patches), (float*)TensorMemory.Of(dx), (int)n, (int)height, (int)width, (int)c, (int)k, stride, padding, (int)g.size(2), (int)g.size(3));
        return dx.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>dW.</summary>
    /// <param name="g">(N, O, H', W').</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="kernelSize">k.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <returns>(O, C, k, k), float32, channels-last, the caller's.</returns>
    internal static Tensor OfWeight(Tensor g, Tensor x, int kernelSize, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var gradient = Pixels(g).t().mm(Patches(x, kernelSize, stride, padding));           // (O, k*k*C)
        return gradient.to(ScalarType.Float32).view(-1, kernelSize, kernelSize, x.size(1)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>(N, C, H, W) to X, (N*H'*W', k*k*C).</summary>
    private static Tensor Patches(Tensor x, int kernelSize, int stride, int padding)
    {
        var (n, c, height, width, k) = ((int)x.size(0), (int)x.size(1), (int)x.size(2), (int)x.size(3), kernelSize);
        var (outHeight, outWidth) = ((int)Outputs(height, k, stride, padding), (int)Outputs(width, k, stride, padding));
        var patches = empty([(long)n * outHeight * outWidth, (long)k * k * c], x.dtype);
        PatchKernel.Gather(
            (byte*)TensorMemory.Of(x), (byte*)TensorMemory.Of(patches), n, height, width, c * (int)x.element_size(), k, stride, padding, outHeight, outWidth);
        return patches;
    }

    /// <summary>(O, C, k, k) to (O, k*k*C), a view of a channels-last kernel.</summary>
    private static Tensor Rows(Tensor kernel) => kernel.permute(0, 2, 3, 1).reshape(kernel.size(0), -1);

    /// <summary>(N, O, H', W') to (M, O), a view.</summary>
    private static Tensor Pixels(Tensor g) => g.permute(0, 2, 3, 1).reshape(-1, g.size(1));
}
