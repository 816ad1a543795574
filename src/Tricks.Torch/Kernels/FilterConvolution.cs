using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>3x3 convolutions of stride 1 and padding 1, and their gradients, with fewer multiplications, float32.</summary>
/// <remarks>
/// Lavin and Gray, arXiv:1509.09308, §4: of each tile t and point, with V, U and M = A dy A^T as in <see cref="IMinimalFilter"/>: y = A^T (sum over c of V U) A;
/// dU = sum over tiles of M^T V and dw = G^T dU G. The gradient of the input is the convolution of that of the output with the weight transposed and reversed.
/// So all the arithmetic is one matrix product a point. All tensors are channels-last, channels multiples of 16; sums do not depend on the number of threads.
/// In memory V is (points, tiles, C), U (points, O/16, C, 16) and the outputs' points (points, O/16, tiles, 16), in panels for <see cref="PanelProduct"/>; for
/// the weight's gradient V is (points, C/16, tiles, 16), M (points, tiles, O) and dU (points, C/16, O, 16).
/// </remarks>
internal static unsafe class FilterConvolution<TFilter>
    where TFilter : struct, IMinimalFilter
{
    private const int Panel = PanelProduct.Panel;
    private const int Lanes = IMinimalFilter.Lanes;
    private const int Skew = 16;                        // points that lie a multiple of 4096 bytes apart would share a place in the first-level cache
    private const int BlockTiles = 36;                  // a multiple of either strip of PanelProduct; 12 to 96 measured alike, with these the least
    private const int MinGradientTiles = 128;           // of a gradient of the weight, where each block reads and writes dU
    private const long GradientBlockBytes = 1 << 20;    // of its V and M, if that is more

    private static int Points => TFilter.Points;

    /// <summary>y.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="kernel">w, (O, C, 3, 3).</param>
    /// <returns>(N, O, H, W), channels-last, the caller's.</returns>
    internal static Tensor Forward(Tensor x, Tensor kernel)
    {
        using var scope = NewDisposeScope();
        var (o, c) = ((int)kernel.size(0), (int)kernel.size(1));
        var rows = kernel.permute(0, 2, 3, 1).reshape(o, 9 * c).t().contiguous();               // (3, 3, C, O)
        var points = Kernels(rows, tapStep: c * o, rowStep: o, rows: c, columns: o, reversed: false);
        return Convolve(x, points, o).MoveToOuterDisposeScope();
    }

    /// <summary>dx.</summary>
    /// <param name="g">dy, (N, O, H, W).</param>
    /// <param name="kernel">w, (O, C, 3, 3).</param>
    /// <returns>(N, C, H, W), channels-last, the caller's.</returns>
    internal static Tensor OfInput(Tensor g, Tensor kernel)
    {
        using var scope = NewDisposeScope();
        var (o, c) = ((int)kernel.size(0), (int)kernel.size(1));
        var rows = kernel.permute(0, 2, 3, 1).contiguous();                                     // (O, 3, 3, C): no copy if channels-last
        var points = Kernels(rows, tapStep: c, rowStep: 9 * c, rows: o, columns: c, reversed: true);
        return Convolve(g, points, c).MoveToOuterDisposeScope();
    }

    /// <summary>dw.</summary>
    /// <param name="g">dy, (N, O, H, W).</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <returns>(O, C, 3, 3), channels-last, the caller's.</returns>
    internal static Tensor OfWeight(Tensor g, Tensor x)
    {
        using var scope = NewDisposeScope();
        var tiles = FilterTiles<TFilter>.Of(x);
        var (channels, outputs) = ((int)x.size(1), (int)g.size(1));
        var perBlock = (int)Math.Min(Math.Max(GradientBlockBytes / BytesOfTile(channels, outputs), MinGradientTiles), tiles.Count);
        var (vStep, mStep, vPanel) = (((nint)perBlock * channels) + Skew, ((nint)perBlock * outputs) + Skew, (nint)perBlock * Panel);
        var uStep = (nint)channels * outputs;
        var memory = empty([(Points * (vStep + mStep + uStep)) + Math.Max(channels, outputs)], ScalarType.Float32);
        float* px = (float*)TensorMemory.Of(x), pg = (float*)TensorMemory.Of(g), v = (float*)TensorMemory.Of(memory);
        float* m = v + (Points * vStep), u = m + (Points * mStep), zero = u + (Points * uStep);
        new Span<float>(zero, Math.Max(channels, outputs)).Clear();
        for (var first = 0; first < tiles.Count; first += perBlock)
        {
            var (start, count) = (first, Math.Min(perBlock, tiles.Count - first));
            Blocks.For(count, tile =>
            {
                tiles.Input(start + tile, px, channels, zero, v + (tile * Panel), vPanel, vStep);
                tiles.Gradient(start + tile, pg, outputs, zero, m + ((nint)tile * outputs), Panel, mStep);
            });
            Blocks.For(Points, point =>
            {
                for (var panel = 0; panel < channels / Panel; panel++)
                {
                    PanelProduct.Run(
                        m + (point * mStep), 1, outputs, v + (point * vStep) + (panel * vPanel),
                        u + (point * uStep) + ((nint)panel * outputs * Panel), Panel, outputs, count, accumulate: start > 0);
                }
            });
        }

        var dw = empty([outputs, 3, 3, channels], ScalarType.Float32);
        var to = (float*)TensorMemory.Of(dw);
        Blocks.For(outputs, o =>
        {
            for (var c = 0; c < channels; c += Lanes)
                TFilter.KernelGradient(u + ((((nint)(c / Panel) * outputs) + o) * Panel) + (c % Panel), uStep, to + ((nint)o * 9 * channels) + c, channels);
        });
        GC.KeepAlive(g);
        GC.KeepAlive(x);
        return dw.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>U of all weights w[row * rowStep + column + tap * tapStep], or of tap 8 - tap, the columns being outputs.</summary>
    private static Tensor Kernels(Tensor weights, int tapStep, int rowStep, int rows, int columns, bool reversed)
    {
        var points = empty([(long)Points * rows * columns], ScalarType.Float32);
        float* w = (float*)TensorMemory.Of(weights), u = (float*)TensorMemory.Of(points);
        var (firstTap, step) = reversed ? (8 * (nint)tapStep, -tapStep) : (0, tapStep);
        Blocks.For(rows, row =>
        {
            for (var column = 0; column < columns; column += Lanes)
            {
                TFilter.Kernel(
                    w + ((nint)row * rowStep) + column + firstTap, step, u + ((((nint)(column / Panel) * rows) + row) * Panel) + (column % Panel), (nint)rows * columns);
            }
        });
        GC.KeepAlive(weights);
        return points;
    }

    private static Tensor Convolve(Tensor x, Tensor kernels, int outputs)
    {
        using var scope = NewDisposeScope();
        var tiles = FilterTiles<TFilter>.Of(x);
        var channels = (int)x.size(1);
        var y = empty([x.size(0), x.size(2), x.size(3), outputs], ScalarType.Float32);
        var perBlock = Math.Min(BlockTiles, UpTo(tiles.Count, PanelProduct.Strip));
        var (vStep, mStep, mPanel) = (((nint)perBlock * channels) + Skew, ((nint)perBlock * outputs) + Skew, (nint)perBlock * Panel);
        var blocks = (tiles.Count + perBlock - 1) / perBlock;
        var members = Math.Min(get_num_threads(), blocks);
        var each = (Points * (vStep + mStep)) + channels;
        var memory = empty([members * each], ScalarType.Float32);
        float* px = (float*)TensorMemory.Of(x), u = (float*)TensorMemory.Of(kernels), py = (float*)TensorMemory.Of(y), pm = (float*)TensorMemory.Of(memory);
        Blocks.For(members, member =>
        {
            float* v = pm + (member * each), m = v + (Points * vStep), zero = m + (Points * mStep);
            new Span<float>(zero, channels).Clear();
            for (var block = (int)((long)blocks * member / members); block < (int)((long)blocks * (member + 1) / members); block++)
                Block(block * perBlock, Math.Min(perBlock, tiles.Count - (block * perBlock)), v, m, zero);
        });
        GC.KeepAlive(x);
        return y.permute(0, 3, 1, 2).MoveToOuterDisposeScope();

        void Block(int first, int count, float* v, float* m, float* zero)
        {
            for (var tile = 0; tile < count; tile++)
                tiles.Input(first + tile, px, channels, zero, v + ((nint)tile * channels), Panel, vStep);
            var rows = UpTo(count, PanelProduct.Strip);
            for (var point = 0; point < Points; point++)
            {
                var at = v + (point * vStep);
                new Span<float>(at + ((nint)count * channels), (rows - count) * channels).Clear();
                for (var panel = 0; panel < outputs / Panel; panel++)
                {
                    PanelProduct.Run(
                        at, channels, 1, u + ((((nint)point * outputs) + (panel * Panel)) * channels),
                        m + (point * mStep) + (panel * mPanel), Panel, rows, channels, accumulate: false);
                }
            }

            for (var tile = 0; tile < count; tile++)
                tiles.Output(first + tile, py, outputs, m + (tile * Panel), mPanel, mStep);
        }
    }

    private static long BytesOfTile(int channels, int outputs) => Points * (channels + outputs) * sizeof(float);

    private static int UpTo(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
