namespace Tricks.Torch.Kernels;

/// <summary>The k x k patches of a channels-last image batch as the rows of a matrix (im2col).</summary>
internal static unsafe class PatchKernel
{
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
}
