using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>A convolution of small maps as one of a few wide images, in which the maps stand side by side.</summary>
/// <remarks>
/// oneDNN's kernels for AMX multiply tiles of 16 neighbouring pixels of a row: on maps of 4 x 4, three quarters of a tile are empty. Between the maps stand at least p
/// columns of zeros, so that each output is what it would be, and W' columns of each pitch / s are the output's. libtorch computes the gradients, of the strips.
/// </remarks>
internal static class StripConvolution
{
    private const int Columns = 128; // of a strip, about: of 64 to 384 no other was faster by more than a seventh, at 2 x 2, 4 x 4 and 8 x 8 pixels

    /// <summary>y = W * x; autograd knows it.</summary>
    /// <param name="x">(N, C, H, W), channels-last.</param>
    /// <param name="kernel">W, (O, C, k, k), of x's type.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <returns>(N, O, H', W'), channels-last, the caller's.</returns>
    internal static Tensor Forward(Tensor x, Tensor kernel, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = Layouts(x, (int)kernel.size(2), stride, padding);
        var strips = StripFunction.Lay(x, inputs);
        return StripFunction.Cut(nn.functional.conv2d(strips, kernel, strides: [stride, stride], padding: [padding, padding]), outputs).MoveToOuterDisposeScope();
    }

    private static (StripLayout Inputs, StripLayout Outputs) Layouts(Tensor x, int kernel, int stride, int padding)
    {
        var (images, height, width) = ((int)x.size(0), (int)x.size(2), (int)x.size(3));
        var pitch = (width + padding + stride - 1) / stride * stride;
        var perStrip = Math.Min(images, Math.Max(1, Columns / pitch));
        var stripWidth = perStrip * pitch;
        return (
            new(images, perStrip, height, width, pitch, stripWidth),
            new(images, perStrip, Outputs(height), Outputs(width), pitch / stride, Outputs(stripWidth)));

        int Outputs(int inputs) => (int)ConvolutionProducts.Outputs(inputs, kernel, stride, padding);
    }
}
