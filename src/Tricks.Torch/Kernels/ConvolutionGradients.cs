using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Kernels;

/// <summary>The gradients of a bfloat16 convolution as forward convolutions, which oneDNN 3.7 is faster at than at its own operators for them.</summary>
/// <remarks>
/// y = W * x with x (N, C, H, W), W (O, C, k, k), zero padding p, stride s; g = dL/dy (N, O, H', W'); all channels-last. oneDNN's forward
/// convolution is its fastest kernel, and each gradient is a convolution too. Stride 1.
/// </remarks>
internal static unsafe class ConvolutionGradients
{
    /// <summary>dx = W' * g, stride 1, padded by k - 1 - p, where W' (C, O, k, k) is W with channels exchanged and both axes reversed.</summary>
    /// <param name="g">(N, O, H, W).</param>
    /// <param name="kernel">W, bfloat16.</param>
    /// <param name="padding">p.</param>
    /// <returns>(N, C, H, W), the caller's.</returns>
    internal static Tensor OfInput(Tensor g, Tensor kernel, int padding)
    {
        using var scope = NewDisposeScope();
        var border = kernel.size(2) - 1 - padding;
        return functional.conv2d(g, Exchanged(kernel, reversed: true), padding: [border, border]).MoveToOuterDisposeScope();
    }

    /// <summary>dW by a convolution: every channel of x is an image, every channel of g a kernel, and the images of the batch are their channels.</summary>
    /// <remarks>dW[o, c] = x[., c] * g[., o], for stride 1. The batch is filled up with zero images to a multiple of 16: other numbers have slow kernels.</remarks>
    /// <param name="g">(N, O, H, W).</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="padding">p.</param>
    /// <returns>(O, C, k, k), float32, channels-last, the caller's.</returns>
    internal static Tensor OfWeight(Tensor g, Tensor x, int padding)
    {
        using var scope = NewDisposeScope();
        var y = functional.conv2d(Exchanged(x), Exchanged(g), padding: [padding, padding]); // (C, N, H, W) and (O, N, H, W) to (C, O, k, k)
        return Exchanged(y).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>(A, B, H, W) to (B, A', H, W), channels-last, A' the next multiple of 16; both axes of a kernel reversed if asked to.</summary>
    private static Tensor Exchanged(Tensor x, bool reversed = false)
    {
        var (a, b, height, width) = ((int)x.size(0), (int)x.size(1), (int)x.size(2), (int)x.size(3));
        var paddedA = (a + KernelSwitch.Lanes - 1) / KernelSwitch.Lanes * KernelSwitch.Lanes;
        var y = empty([b, height, width, paddedA], x.dtype);
        TransposeKernel.Run((ushort*)TensorMemory.Of(x), (ushort*)TensorMemory.Of(y), a, height * width, b, paddedA, reversed);
        return y.permute(0, 3, 1, 2);
    }
}
