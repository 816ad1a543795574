using System.Runtime.Intrinsics;

namespace Tricks.Torch.Kernels;

/// <summary>The k x k patches of a channels-last image batch as the rows of a matrix (im2col).</summary>
internal static unsafe class PatchKernel
{
    private const int Lanes = KernelSwitch.Lanes;

    /// <summary>Writes (N*H'*W', k*k*C) from (N, H, W, C): row (n, i, j) holds the pixels under output (i, j), zeros outside.</summary>
    /// <remarks>x: (N, H, W, C), any element type. rows: (N, H', W', k, k, C). pixelBytes: C times the size of an element.</remarks>
    internal static void Gather(
        byte* x, byte* rows, int n, int height, int width, int pixelBytes, int kernel, int stride, int padding, int outHeight, int outWidth) =>
        Blocks.For(n * outHeight, line =>
        {
            var (image, i) = (line / outHeight, line % outHeight);
            var from = x + ((long)image * height * width * pixelBytes);
            var to = rows + ((long)line * outWidth * kernel * kernel * pixelBytes);
            for (var j = 0; j < outWidth; j++)
            {
                for (var u = 0; u < kernel; u++, to += kernel * pixelBytes)
                {
                    var row = (i * stride) + u - padding;
                    var column = (j * stride) - padding;
                    if (row < 0 || row >= height)
                    {
                        new Span<byte>(to, kernel * pixelBytes).Clear();
                        continue;
                    }

                    var (first, end) = (Math.Max(0, -column), Math.Min(kernel, width - column));
                    new Span<byte>(to, first * pixelBytes).Clear();
                    Buffer.MemoryCopy(
                        from + ((((long)row * width) + column + first) * pixelBytes),
                        to + (first * pixelBytes),
                        (end - first) * pixelBytes,
                        (end - first) * pixelBytes);
                    new Span<byte>(to + (end * pixelBytes), (kernel - end) * pixelBytes).Clear();
                }
            }
        });

    /// <summary>The adjoint of <see cref="Gather"/> in float32 (col2im): adds each row's pixels to those that they would have come from.</summary>
    /// <remarks>rows: (N, H', W', k, k, C). x: (N, H, W, C), overwritten. channels: C, a multiple of 16.</remarks>
    internal static void Scatter(
        float* rows, float* x, int n, int height, int width, int channels, int kernel, int stride, int padding, int outHeight, int outWidth) =>
        Blocks.For(n, image =>
        {
            var to = x + ((long)image * height * width * channels);
            new Span<float>(to, checked(height * width * channels)).Clear();
            var from = rows + ((long)image * outHeight * outWidth * kernel * kernel * channels);
            for (var i = 0; i < outHeight; i++)
            {
                for (var j = 0; j < outWidth; j++)
                {
                    for (var u = 0; u < kernel; u++, from += kernel * channels)
                    {
                        var row = (i * stride) + u - padding;
                        var column = (j * stride) - padding;
                        if (row < 0 || row >= height)
                            continue;
                        var (first, end) = (Math.Max(0, -column), Math.Min(kernel, width - column));
                        var target = to + ((((long)row * width) + column) * channels);
                        for (var c = first * channels; c < end * channels; c += Lanes)
                            (Vector512.Load(target + c) + Vector512.Load(from + c)).Store(target + c);
                    }
                }
            }
        });
}
