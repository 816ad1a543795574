using System.Runtime.Intrinsics;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>Convolutions by minimal filtering and what they rest on, against libtorch's operators in float64 and against the transforms' definition.</summary>
[TestClass]
public sealed class FilterConvolutionTests
{
    private const double Tolerance = 5e-6;
    private static readonly double S = Math.Sqrt(2);

    [TestMethod]
    [DataRow(1, 16, 4, 4, 16)]       // one tile
    [DataRow(5, 16, 3, 7, 48)]       // tiles that reach beyond the right and lower edge
    [DataRow(2, 80, 9, 5, 32)]
    [DataRow(33, 32, 14, 14, 16)]    // more tiles than a block has
    [DataRow(3, 16, 1, 1, 16)]
    [DataRow(40, 256, 8, 8, 256)]    // few tiles a block, several blocks of the weight's gradient
    public void Tiles_equal_libtorchs_convolution_in_float64(int images, int channels, int height, int width, int outputs) =>
        AssertEqualsExact<TileFilter>(images, channels, height, width, outputs);

    [TestMethod]
    [DataRow(1, 16, 16)]
    [DataRow(5, 48, 32)]
    [DataRow(130, 32, 80)]           // several blocks
    public void Pairs_equal_libtorchs_convolution_in_float64(int images, int channels, int outputs) =>
        AssertEqualsExact<PairFilter>(images, channels, 2, 2, outputs);

    [TestMethod]
    public void They_do_not_depend_on_the_number_of_threads()
    {
        AssertNotOfThreads<TileFilter>(13);
        AssertNotOfThreads<PairFilter>(2);
    }

    [TestMethod]
    public void Tiles_are_off_by_no_more_than_three_times_the_direct_sum()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        foreach (var channels in new[] { 16, 64, 256 })
        {
            var (x, w) = (Values(4, channels, 16, 16), Values(channels, channels, 3, 3));
            var exact = nn.functional.conv2d(x.to(ScalarType.Float64), w.to(ScalarType.Float64), padding: [1, 1]);
            var direct = Distance(exact, nn.functional.conv2d(x, w, padding: [1, 1]));
            var winograd = Distance(exact, FilterConvolution<TileFilter>.Forward(x, w));
            Assert.IsLessThan(3 * direct, winograd, $"{channels} channels");
        }
    }

    /// <summary>The matrices from Lavin and Gray's construction with the points 0, +-1/sqrt(2), +-sqrt(2) and infinity.</summary>
    [TestMethod]
    public void A_tiles_transforms_are_products_with_their_matrices()
    {
        using var scope = NewDisposeScope();
        double[] points = [0, 1 / S, -1 / S, S, -S];
        var a = Rows([.. points.Select(p => new[] { 1, p, p * p, p * p * p }), [0, 0, 0, 1]]);                  // (6, 4)
        var g = Rows([.. points.Select(p => Scaled([1, p, p * p], 1 / Slope(points, p))), [0, 0, 1]]);          // (6, 3)
        var b = Rows([.. points.Select(p => Polynomial(points.Where(q => q != p))), Polynomial(points)]);       // B^T, (6, 6)

        AssertTransforms<TileFilter>(b, g, a);
    }

    [TestMethod]
    public void A_pairs_transforms_are_products_with_their_matrices()
    {
        using var scope = NewDisposeScope();
        AssertTransforms<PairFilter>(
            b: Rows([[1, 1], [0, 1], [1, 0]]),                                                                  // x0 + x1, x1, x0
            g: Rows([[0, 1, 0], [0, -1, 1], [1, -1, 0]]),                                                       // w1, w2 - w1, w0 - w1
            a: Rows([[1, 1], [1, 0], [0, 1]]));                                                                 // p0 + p1, p0 + p2
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(12)]
    [DataRow(29)]
    public unsafe void Panels_are_multiplied_in_vectors_of_either_width(int rows)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        const int Depth = 7, Spare = 3;
        var (a, b, before) = (randn(rows, Depth + Spare), randn(Depth, 16), randn(rows, 16 + Spare));
        var product = a.narrow(1, 0, Depth).to(ScalarType.Float64).mm(b.to(ScalarType.Float64));
        foreach (var accumulate in new[] { false, true })
        {
            var expected = before.to(ScalarType.Float64);
            expected.narrow(1, 0, 16).copy_(accumulate ? product + expected.narrow(1, 0, 16) : product);
            foreach (var transposed in new[] { false, true })
            {
                var left = transposed ? a.t().contiguous() : a;
                var (row, depth) = transposed ? (1, rows) : (Depth + Spare, 1);
                Tensor half = before.clone(), whole = before.clone();
                PanelProduct256.Run((float*)TensorMemory.Of(left), row, depth, (float*)TensorMemory.Of(b), (float*)TensorMemory.Of(half), 16 + Spare, rows, Depth, accumulate);
                PanelProduct512.Run((float*)TensorMemory.Of(left), row, depth, (float*)TensorMemory.Of(b), (float*)TensorMemory.Of(whole), 16 + Spare, rows, Depth, accumulate);
                AssertClose(expected, half);
                AssertClose(expected, whole);
            }
        }
    }

    private static void AssertEqualsExact<TFilter>(int images, int channels, int height, int width, int outputs)
        where TFilter : struct, IMinimalFilter
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, g) = (Values(images, channels, height, width), Values(outputs, channels, 3, 3), Values(images, outputs, height, width));
        var (input, kernel) = (x.to(ScalarType.Float64).requires_grad_(), w.to(ScalarType.Float64).requires_grad_());
        var exact = nn.functional.conv2d(input, kernel, padding: [1, 1]);
        (exact * g.to(ScalarType.Float64)).sum().backward();

        AssertClose(exact, FilterConvolution<TFilter>.Forward(x, w));
        AssertClose(input.grad!, FilterConvolution<TFilter>.OfInput(g, w));
        AssertClose(kernel.grad!, FilterConvolution<TFilter>.OfWeight(g, x));
    }

    private static void AssertNotOfThreads<TFilter>(int size)
        where TFilter : struct, IMinimalFilter
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, g) = (Values(9, 32, size, size), Values(48, 32, 3, 3), Values(9, 48, size, size));
        var threads = get_num_threads();
        Tensor[] first = [], second = [];
        try
        {
            set_num_threads(1);
            first = All();
            set_num_threads(3);
            second = All();
        }
        finally
        {
            set_num_threads(threads);
        }

        for (var i = 0; i < first.Length; i++)
            Assert.IsTrue(first[i].equal(second[i]).all().item<bool>());

        Tensor[] All() => [FilterConvolution<TFilter>.Forward(x, w), FilterConvolution<TFilter>.OfInput(g, w), FilterConvolution<TFilter>.OfWeight(g, x)];
    }

    /// <summary>b: B^T, (points, window) of one dimension. g: G, (points, 3). a: A, (points, size).</summary>
    private static unsafe void AssertTransforms<TFilter>(Tensor b, Tensor g, Tensor a)
        where TFilter : struct, IMinimalFilter
    {
        manual_seed(1);
        var (window, size, points) = (TFilter.Window * TFilter.Window, TFilter.Size * TFilter.Size, TFilter.Points);
        var (d, y, w, m) = (randn(window, 8), randn(size, 8), randn(9, 8), randn(points, 8));
        Tensor result = zeros(points, 8), output = zeros(size, 8), taps = zeros(9, 8);
        float* to = Of(result);
        var pixels = stackalloc float*[window];

        Find(d, window);
        TFilter.Input(pixels, 0, to, 8);
        AssertTransformed(b, d, result);
        Find(y, size);
        TFilter.Gradient(pixels, 0, to, 8);
        AssertTransformed(a, y, result);
        TFilter.Kernel(Of(w), 8, to, 8);
        AssertTransformed(g, w, result);
        TFilter.Kernel(Of(w) + (8 * 8), -8, to, 8);
        AssertTransformed(g, w.flip(0), result);
        var vectors = stackalloc Vector256<float>[size];
        TFilter.Output(Of(m), 8, vectors);
        new Span<float>(vectors, size * 8).CopyTo(new Span<float>(Of(output), size * 8));
        AssertTransformed(a.t(), m, output);
        TFilter.KernelGradient(Of(m), 8, Of(taps), 8);
        AssertTransformed(g.t(), m, taps);

        static float* Of(Tensor x) => (float*)TensorMemory.Of(x);

        void Find(Tensor x, int count)
        {
            for (var i = 0; i < count; i++)
                pixels[i] = Of(x) + (i * 8);
        }
    }

    private static Tensor Values(int n, int c, int height, int width) => MemoryFormat.ToChannelsLast(randn(n, c, height, width));

    private static Tensor Rows(double[][] rows) => stack([.. rows.Select(row => tensor(row))]);

    private static double[] Scaled(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);

    /// <summary>The product of (p - q) over the other points q.</summary>
    private static double Slope(double[] points, double p) => points.Where(q => q != p).Aggregate(1.0, (product, q) => product * (p - q));

    /// <summary>The coefficients of the product of (x - q), lowest power first, of six.</summary>
    private static double[] Polynomial(IEnumerable<double> roots)
    {
        double[] coefficients = [1, 0, 0, 0, 0, 0];
        foreach (var root in roots)
            coefficients = [.. Enumerable.Range(0, 6).Select(i => (i > 0 ? coefficients[i - 1] : 0) - (root * coefficients[i]))];
        return coefficients;
    }

    /// <summary>matrix * x * matrix^T for each of the 8 channels.</summary>
    private static void AssertTransformed(Tensor matrix, Tensor x, Tensor actual)
    {
        var size = matrix.size(1);
        var square = x.to(ScalarType.Float64).view(size, size, 8).permute(2, 0, 1);
        var expected = matrix.matmul(square).matmul(matrix.t()).permute(1, 2, 0).reshape(-1, 8);
        AssertClose(expected, actual);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        Assert.IsLessThan(Tolerance, Distance(expected, actual));
    }

    private static double Distance(Tensor expected, Tensor actual) =>
        ((actual.to(ScalarType.Float64) - expected).norm() / expected.norm()).item<double>();
}
