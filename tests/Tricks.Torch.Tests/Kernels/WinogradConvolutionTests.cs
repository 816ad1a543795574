using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>Winograd's convolutions and what they rest on, against libtorch's operators in float64 and against the transforms' definition.</summary>
[TestClass]
public sealed class WinogradConvolutionTests
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
    public void They_equal_libtorchs_in_float64(int images, int channels, int height, int width, int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, g) = (Values(images, channels, height, width), Values(outputs, channels, 3, 3), Values(images, outputs, height, width));
        var (input, kernel) = (x.to(ScalarType.Float64).requires_grad_(), w.to(ScalarType.Float64).requires_grad_());
        var exact = nn.functional.conv2d(input, kernel, padding: [1, 1]);
        (exact * g.to(ScalarType.Float64)).sum().backward();

        AssertClose(exact, WinogradConvolution.Forward(x, w));
        AssertClose(input.grad!, WinogradConvolution.OfInput(g, w));
        AssertClose(kernel.grad!, WinogradConvolution.OfWeight(g, x));
    }

    [TestMethod]
    public void They_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, w, g) = (Values(9, 32, 13, 13), Values(48, 32, 3, 3), Values(9, 48, 13, 13));
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

        Tensor[] All() => [WinogradConvolution.Forward(x, w), WinogradConvolution.OfInput(g, w), WinogradConvolution.OfWeight(g, x)];
    }

    [TestMethod]
    public void They_are_off_by_no_more_than_three_times_the_direct_sum()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        foreach (var channels in new[] { 16, 64, 256 })
        {
            var (x, w) = (Values(4, channels, 16, 16), Values(channels, channels, 3, 3));
            var exact = nn.functional.conv2d(x.to(ScalarType.Float64), w.to(ScalarType.Float64), padding: [1, 1]);
            var direct = Distance(exact, nn.functional.conv2d(x, w, padding: [1, 1]));
            var winograd = Distance(exact, WinogradConvolution.Forward(x, w));
            Assert.IsLessThan(3 * direct, winograd, $"{channels} channels");
        }
    }

    /// <summary>The transforms by their matrices, written down again from Lavin and Gray's construction with the points 0, +-1/sqrt(2), +-sqrt(2).</summary>
    [TestMethod]
    public unsafe void Transforms_are_products_with_their_matrices()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        double[] points = [0, 1 / S, -1 / S, S, -S];
        var a = Rows([.. points.Select(p => new[] { 1, p, p * p, p * p * p }), [0, 0, 0, 1]]);                  // (6, 4)
        var g = Rows([.. points.Select(p => Scaled([1, p, p * p], 1 / Slope(points, p))), [0, 0, 1]]);          // (6, 3)
        var b = Rows([.. points.Select(p => Polynomial(points.Where(q => q != p))), Polynomial(points)]);       // B^T, (6, 6)

        var (d, y, w, m) = (Values8(36), Values8(16), Values8(9), Values8(36));
        var pixels = stackalloc float*[36];
        float* Of(Tensor x) => (float*)TensorMemory.Of(x);
        for (var i = 0; i < 36; i++)
            pixels[i] = Of(d) + (i * 8);
        var result = zeros(36, 8);
        WinogradTransform.Input(pixels, 0, Of(result), 8);
        AssertTransformed(b, d, 6, result);
        for (var i = 0; i < 16; i++)
            pixels[i] = Of(y) + (i * 8);
        WinogradTransform.Gradient(pixels, 0, Of(result), 8);
        AssertTransformed(a, y, 4, result);
        WinogradTransform.Kernel(Of(w), 8, false, Of(result), 8);
        AssertTransformed(g, w, 3, result);
        WinogradTransform.Kernel(Of(w), 8, true, Of(result), 8);
        AssertTransformed(g, w.flip(0), 3, result);
        var vectors = stackalloc System.Runtime.Intrinsics.Vector256<float>[16];
        WinogradTransform.Output(Of(m), 8, vectors);
        var output = zeros(16, 8);
        new Span<float>(vectors, 128).CopyTo(new Span<float>(Of(output), 128));
        AssertTransformed(a.t(), m, 6, output);
        var taps = zeros(9, 8);
        WinogradTransform.KernelGradient(Of(m), 8, Of(taps), 8);
        AssertTransformed(g.t(), m, 6, taps);
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

    private static Tensor Values(int n, int c, int height, int width) => MemoryFormat.ToChannelsLast(randn(n, c, height, width));

    private static Tensor Values8(int count) => randn(count, 8);

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
    private static void AssertTransformed(Tensor matrix, Tensor x, int size, Tensor actual)
    {
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
