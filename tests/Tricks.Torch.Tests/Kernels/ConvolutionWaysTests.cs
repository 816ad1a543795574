using Tricks.Torch.Kernels;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.Kernels;

/// <summary>Convolutions and their gradients by our own ways, against libtorch's in float64.</summary>
[TestClass]
public sealed class ConvolutionWaysTests
{
    private const double BFloat16Tolerance = 1e-2;
    private const double Float32Tolerance = 1e-5;

    private static readonly ConvolutionSpeeds Products = new(Products: true, Filters: false, Strips: false);
    private static readonly ConvolutionSpeeds Filters = new(Products: false, Filters: true, Strips: false);
    private static readonly ConvolutionSpeeds Strips = new(Products: false, Filters: false, Strips: true);

    [TestMethod]
    [DataRow(3, 16, 3, 1, 4, "Product", "Convolution")]       // few images
    [DataRow(3, 16, 3, 2, 5, "Product", "Libtorch")]
    [DataRow(3, 16, 3, 1, 1, "Product", "Convolution")]       // one pixel
    [DataRow(33, 16, 3, 1, 1, "Product", "Convolution")]
    [DataRow(3, 16, 5, 2, 7, "Product", "Libtorch")]
    [DataRow(33, 16, 3, 1, 4, "Convolution", "Convolution")]  // filled up to 48 images
    [DataRow(48, 32, 5, 1, 7, "Convolution", "Convolution")]
    [DataRow(33, 64, 3, 2, 20, "Product", "Libtorch")]        // strided, with many channels
    [DataRow(2, 64, 3, 2, 58, "Libtorch", "Libtorch")]
    [DataRow(3, 16, 3, 1, 9, "Libtorch", "Convolution")]      // large maps: libtorch's gradient of the weight, ours of the input
    public void In_bfloat16_they_equal_libtorchs(int images, int channels, int kernel, int stride, int size, string ofWeight, string ofInput)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = ChannelsLast(images, channels, size).to(ScalarType.BFloat16).requires_grad_();
        using var conv = Convolution(channels, 32, kernel, stride);
        var ways = ConvolutionWays.Fastest(input, conv.Weight, stride, (kernel - 1) / 2, Products);
        Assert.AreEqual(ofWeight, (ways?.OfWeight ?? ConvolutionWay.Libtorch).ToString());
        Assert.AreEqual(ofInput, (ways?.OfInput ?? ConvolutionWay.Libtorch).ToString());
        if (ways is not null)
            AssertEqualsExact(ways, input, conv.Weight, stride, (kernel - 1) / 2, BFloat16Tolerance);
    }

    [TestMethod]
    [DataRow(16, 64, 3, 1, 4, 1, "Strips", "Libtorch")]
    [DataRow(45, 64, 3, 1, 2, 1, "Strips", "Libtorch")]         // the second strip has 3 images
    [DataRow(20, 64, 3, 1, 8, 1, "Strips", "Libtorch")]
    [DataRow(17, 64, 3, 1, 1, 1, "Strips", "Libtorch")]         // one pixel
    [DataRow(17, 64, 3, 2, 7, 1, "Strips", "Libtorch")]         // an odd width
    [DataRow(17, 64, 3, 2, 16, 1, "Strips", "Libtorch")]
    [DataRow(33, 64, 5, 1, 7, 2, "Strips", "Libtorch")]
    [DataRow(33, 64, 5, 2, 8, 2, "Strips", "Libtorch")]
    [DataRow(20, 64, 3, 1, 6, 0, "Strips", "Libtorch")]         // without padding: no columns between
    [DataRow(20, 64, 3, 2, 7, 0, "Strips", "Libtorch")]
    [DataRow(2, 256, 3, 2, 28, 1, "Libtorch", "Product")]
    public void In_tiles_of_bfloat16_they_equal_libtorchs(
        int images, int channels, int kernel, int stride, int size, int padding, string forward, string ofWeight)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = ChannelsLast(images, channels, size).to(ScalarType.BFloat16).requires_grad_();
        using var conv = Convolution(channels, 32, kernel, stride);
        var ways = ConvolutionWays.Fastest(input, conv.Weight, stride, padding, Strips)!;
        Assert.AreEqual($"{forward} Libtorch {ofWeight}", $"{ways.Forward} {ways.OfInput} {ways.OfWeight}");
        AssertEqualsExact(ways, input, conv.Weight, stride, padding, BFloat16Tolerance);
    }

    [TestMethod]
    [DataRow(15, 64, 1, 4)]     // few images
    [DataRow(16, 48, 1, 4)]     // few channels
    [DataRow(16, 64, 1, 9)]     // large maps
    [DataRow(16, 128, 2, 20)]
    public void In_tiles_of_bfloat16_other_convolutions_are_libtorchs(int images, int channels, int stride, int size)
    {
        using var scope = NewDisposeScope();
        var input = ChannelsLast(images, channels, size).to(ScalarType.BFloat16).requires_grad_();
        using var conv = Convolution(channels, 32, kernel: 3, stride);
        Assert.IsNull(ConvolutionWays.Fastest(input, conv.Weight, stride, 1, Strips));
        Assert.AreEqual(ConvolutionWay.Libtorch, ConvolutionWays.Scoring(input, conv.Weight, stride, 1, Strips));
    }

    [TestMethod]
    public void Scoring_lays_small_maps_side_by_side()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(1);
        var x = ChannelsLast(20, 64, 7).to(ScalarType.BFloat16);
        using var conv = Convolution(64, 32, kernel: 3, stride: 1);
        var way = ConvolutionWays.Scoring(x, conv.Weight, 1, 1, Strips);
        Assert.AreEqual(ConvolutionWay.Strips, way);
        var kernel = conv.Weight.to(ScalarType.BFloat16);
        var expected = nn.functional.conv2d(x.to(ScalarType.Float64), kernel.to(ScalarType.Float64), padding: [1, 1]);
        Assert.IsLessThan(BFloat16Tolerance, Distance(expected, ConvolutionFunction.Forward(way, x, kernel, 1, 1)));
    }

    [TestMethod]
    [DataRow(3, 256, 3, 1, 2, "Product", "Product", "Product")]
    [DataRow(3, 256, 3, 2, 7, "Product", "Product", "Product")]     // the last row and column are padding
    [DataRow(2, 512, 3, 1, 7, "Product", "Product", "Product")]
    [DataRow(3, 16, 3, 1, 4, "Libtorch", "Product", "Product")]
    [DataRow(3, 16, 3, 1, 1, "Libtorch", "Product", "Product")]     // one pixel
    [DataRow(3, 128, 5, 2, 16, "Libtorch", "Product", "Product")]
    [DataRow(3, 32, 3, 2, 29, "Libtorch", "Product", "Product")]
    [DataRow(3, 16, 3, 2, 29, "Libtorch", "Product", "Libtorch")]
    [DataRow(3, 64, 3, 2, 30, "Libtorch", "Libtorch", "Product")]
    [DataRow(3, 128, 3, 1, 8, "Libtorch", "Libtorch", "Product")]
    public void In_float32_they_equal_libtorchs(
        int images, int channels, int kernel, int stride, int size, string forward, string ofInput, string ofWeight)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = ChannelsLast(images, channels, size).requires_grad_();
        using var conv = Convolution(channels, 32, kernel, stride);
        var ways = ConvolutionWays.Fastest(input, conv.Weight, stride, (kernel - 1) / 2, Products);
        Assert.AreEqual($"{forward} {ofInput} {ofWeight}", $"{ways!.Forward} {ways.OfInput} {ways.OfWeight}");

        AssertEqualsExact(ways, input, conv.Weight, stride, (kernel - 1) / 2, Float32Tolerance);
    }

    [TestMethod]
    [DataRow(128, 16, 4, 1, "Tiles", "Tiles", "Tiles")]
    [DataRow(8, 64, 14, 1, "Tiles", "Tiles", "Tiles")]
    [DataRow(32, 16, 7, 1, "Tiles", "Tiles", "Tiles")]        // 128 tiles
    [DataRow(31, 16, 7, 1, "Libtorch", "Libtorch", "Tiles")]        // fewer
    [DataRow(32, 16, 4, 1, "Libtorch", "Product", "Tiles")]
    [DataRow(16, 512, 7, 1, "Product", "Product", "Tiles")]
    [DataRow(31, 16, 4, 1, "Libtorch", "Product", "Product")]
    [DataRow(128, 16, 3, 1, "Tiles", "Tiles", "Tiles")]
    [DataRow(128, 16, 2, 1, "Pairs", "Pairs", "Pairs")]
    [DataRow(40, 256, 2, 1, "Product", "Product", "Pairs")]
    [DataRow(128, 256, 1, 1, "Product", "Product", "Product")]         // a sixteenth of each tile
    [DataRow(128, 32, 13, 2, "Libtorch", "Product", "Product")]        // a stride
    public void In_float32_they_filter_where_maps_have_many_tiles(
        int images, int channels, int size, int stride, string forward, string ofInput, string ofWeight)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = ChannelsLast(images, channels, size).requires_grad_();
        using var conv = Convolution(channels, 32, kernel: 3, stride);
        var ways = ConvolutionWays.Fastest(input, conv.Weight, stride, 1, Products with { Filters = true })!;
        Assert.AreEqual($"{forward} {ofInput} {ofWeight}", $"{ways.Forward} {ways.OfInput} {ways.OfWeight}");

        AssertEqualsExact(ways, input, conv.Weight, stride, 1, Float32Tolerance);
    }

    [TestMethod]
    public void Other_kernels_paddings_and_outputs_are_not_filtered()
    {
        using var scope = NewDisposeScope();
        var input = ChannelsLast(64, 16, 8).requires_grad_();
        using var five = Convolution(16, 32, kernel: 5, stride: 1);
        Assert.IsNull(ConvolutionWays.Fastest(input, five.Weight, 1, 2, Filters));
        using var three = Convolution(16, 32, kernel: 3, stride: 1);
        Assert.IsNull(ConvolutionWays.Fastest(input, three.Weight, 1, 0, Filters));
        using var odd = Convolution(16, 24, kernel: 3, stride: 1);
        Assert.IsNull(ConvolutionWays.Fastest(input, odd.Weight, 1, 1, Filters));
        Assert.AreEqual(ConvolutionWay.Libtorch, ConvolutionWays.Scoring(input, odd.Weight, 1, 1, Filters));
    }

    [TestMethod]
    [DataRow(3, 256, 4)]
    [DataRow(32, 16, 8)]
    public void The_module_takes_the_fastest_ways_of_this_processor(int images, int channels, int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var input = ChannelsLast(images, channels, size).requires_grad_();
        using var conv = Convolution(channels, 32, kernel: 3, stride: 1);
        var expected = ConvolutionWays.Fastest(input, conv.Weight, 1, 1) is { } ways
            ? ConvolutionFunction.Of(input, conv.Weight, ways)
            : nn.functional.conv2d(input, conv.Weight, padding: [1, 1]);
        Assert.IsTrue(conv.call(input).equal(expected).all().item<bool>());
    }

    [TestMethod]
    [DataRow(3, 256, 4, "Product", "Libtorch")]
    [DataRow(3, 256, 5, "Libtorch", "Libtorch")]
    [DataRow(2, 512, 7, "Product", "Libtorch")]
    [DataRow(3, 128, 4, "Libtorch", "Libtorch")]
    [DataRow(8, 64, 14, "Libtorch", "Tiles")]
    [DataRow(128, 256, 4, "Product", "Tiles")]
    [DataRow(128, 32, 2, "Libtorch", "Pairs")]
    public void Scoring_takes_the_fastest_way_forward(int images, int channels, int size, string byProducts, string byTiles)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(1);
        var x = ChannelsLast(images, channels, size);
        using var conv = Convolution(channels, 32, kernel: 3, stride: 1);
        Assert.AreEqual(byProducts, ConvolutionWays.Scoring(x, conv.Weight, 1, 1, Products).ToString());
        Assert.AreEqual(byTiles, ConvolutionWays.Scoring(x, conv.Weight, 1, 1, Filters).ToString());
        Assert.AreEqual(ConvolutionWay.Libtorch, ConvolutionWays.Scoring(x.to(ScalarType.BFloat16), conv.Weight, 1, 1, Products with { Filters = true }));

        var bias = randn(32);
        var expected = nn.functional.conv2d(x.to(ScalarType.Float64), conv.Weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), padding: [1, 1]);
        Assert.IsLessThan(Float32Tolerance, Distance(expected, conv.Convolve(x, conv.Weight, bias)));
    }

    [TestMethod]
    public void A_forward_way_of_our_own_leaves_no_wanted_gradient_to_libtorch()
    {
        using var scope = NewDisposeScope();
        int[] channelCounts = [16, 32, 64, 128, 256, 512], sizes = [1, 2, 3, 4, 7, 8];
        bool[] either = [false, true];
        foreach (var (images, channels, size) in from n in new[] { 1, 40, 128 } from c in channelCounts from s in sizes select (n, c, s))
        {
            foreach (var (stride, products, filters) in from s in new[] { 1, 2 } from p in either from w in either select (s, p, w))
            {
                var input = ChannelsLast(images, channels, size).requires_grad_();
                using var conv = Convolution(channels, 16, kernel: 3, stride);
                if (ConvolutionWays.Fastest(input, conv.Weight, stride, 1, new ConvolutionSpeeds(products, filters, Strips: false)) is { Forward: not ConvolutionWay.Libtorch } ways)
                    Assert.IsFalse(ways.OfInput == ConvolutionWay.Libtorch || ways.OfWeight == ConvolutionWay.Libtorch, $"{images} images, {channels} channels, {size} pixels, stride {stride}: {ways}");
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Patches_of_more_than_256_MiB_are_not_made(bool bfloat16)
    {
        using var scope = NewDisposeScope();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        using var conv = Convolution(64, 32, kernel: 3, stride: 2);
        const int Pixels = 4 * 4; // of the output
        var most = (256 << 20) / (Pixels * 9 * 64 * (bfloat16 ? 2 : 4));
        var fits = ChannelsLast(most, 64, 8).to(type).requires_grad_();
        var tooMany = ChannelsLast(most + 1, 64, 8).to(type).requires_grad_();
        Assert.AreEqual(ConvolutionWay.Product, ConvolutionWays.Fastest(fits, conv.Weight, 2, 1, Products)!.OfWeight);
        Assert.IsNull(ConvolutionWays.Fastest(tooMany, conv.Weight, 2, 1, Products));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_frozen_weight_and_an_input_without_gradient_get_none(bool bfloat16)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var channels = bfloat16 ? 16 : 256;
        var x = ChannelsLast(33, channels, 4).to(bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        using var conv = Convolution(channels, 32, kernel: 3, stride: 1);
        var direction = randn(33, 32, 4, 4).to(x.dtype);
        var tolerance = bfloat16 ? BFloat16Tolerance : Float32Tolerance;
        var (_, exactInput, exactWeight) = Exact(x, conv.Weight, direction, stride: 1, padding: 1);

        (Call(x) * direction).sum().backward();
        Assert.IsLessThan(tolerance, Distance(exactWeight, conv.Weight.grad!));
        Assert.IsNull(x.grad);

        conv.Weight.grad = null;
        conv.Weight.requires_grad_(false);
        var input = x.clone().requires_grad_();
        (Call(input) * direction).sum().backward();
        Assert.IsLessThan(tolerance, Distance(exactInput, input.grad!));
        Assert.IsNull(conv.Weight.grad);

        Assert.IsFalse(ConvolutionWays.Fastest(x, conv.Weight, 1, 1, Products) is { } both && ConvolutionFunction.Of(x, conv.Weight, both).requires_grad);

        Tensor Call(Tensor input) => ConvolutionFunction.Of(input, conv.Weight, ConvolutionWays.Fastest(input, conv.Weight, 1, 1, Products)!);
    }

    [TestMethod]
    [DataRow(false, 16, "Libtorch", "Convolution", "Convolution")]
    [DataRow(true, 256, "Product", "Product", "Product")]
    public void They_equal_libtorchs_without_padding(bool float32, int channels, string forward, string ofInput, string ofWeight)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var type = float32 ? ScalarType.Float32 : ScalarType.BFloat16;
        var input = ChannelsLast(33, channels, 6).to(type).requires_grad_();
        using var conv = new SpatialConv2d(channels, 32, (3, 3), padding: (0, 0));
        using (no_grad())
            conv.Weight.set_(ChannelsLast(32, channels, 3));
        var ways = ConvolutionWays.Fastest(input, conv.Weight, 1, 0, Products)!;
        Assert.AreEqual($"{forward} {ofInput} {ofWeight}", $"{ways.Forward} {ways.OfInput} {ways.OfWeight}");
        var y = ConvolutionFunction.Of(input, conv.Weight, ways);
        var direction = randn(33, 32, 4, 4).to(type);
        (y * direction).sum().backward();

        AssertEqualsExact(y, input, conv.Weight, direction, stride: 1, padding: 0, float32 ? Float32Tolerance : BFloat16Tolerance);
        Assert.AreEqual(ConvolutionWay.Product, ConvolutionWays.Fastest(MemoryFormat.ToChannelsLast(input.narrow(2, 0, 3).narrow(3, 0, 3)), conv.Weight, 1, 0, Products)!.OfWeight); // to one pixel
    }

    [TestMethod]
    [DataRow(1, 1, 1, 1, false)]
    [DataRow(8, 3, 8, 8, false)]
    [DataRow(33, 4, 40, 48, false)]
    [DataRow(70, 9, 35, 80, true)]
    [DataRow(64, 9, 128, 64, true)]
    public void The_kernel_transposes(int a, int middle, int b, int paddedA, bool reversed)
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 1 + (a * middle * b), ScalarType.Int32).to(ScalarType.Int16).view(a, middle, b);
        var y = ones([b, middle, paddedA], ScalarType.Int16);
        unsafe
        {
            TransposeKernel.Run((ushort*)TensorMemory.Of(x), (ushort*)TensorMemory.Of(y), a, middle, b, paddedA, reversed);
        }

        var expected = zeros([b, middle, paddedA], ScalarType.Int16);
        expected.narrow(2, 0, a).copy_((reversed ? x.flip(1) : x).permute(2, 1, 0));
        Assert.IsTrue(expected.equal(y).all().item<bool>());
    }

    [TestMethod]
    public void Patches_hold_the_pixels_under_each_output()
    {
        using var scope = NewDisposeScope();
        var x = arange(1, 1 + (2 * 3 * 4 * 16), ScalarType.Float32).view(2, 3, 4, 16); // (N, H, W, C)
        var rows = empty(2 * 2 * 2, 3 * 3 * 16);
        unsafe
        {
            PatchKernel.Gather((byte*)TensorMemory.Of(x), (byte*)TensorMemory.Of(rows), 2, 3, 4, 64, 3, 2, 1, 2, 2);
        }

        var expected = nn.functional.unfold(x.permute(0, 3, 1, 2), 3, padding: 1, stride: 2)    // (N, C*k*k, H'*W')
            .view(2, 16, 9, 4).permute(0, 3, 2, 1).reshape(8, 144);
        Assert.IsTrue(expected.equal(rows).all().item<bool>());
    }

    [TestMethod]
    public void Scattering_is_the_adjoint_of_gathering()
    {
        using var scope = NewDisposeScope();
        var rows = arange(1, 1 + (2 * 2 * 2 * 9 * 16), ScalarType.Float32).view(2 * 2 * 2, 3 * 3 * 16);
        var x = ones(2, 3, 4, 16); // (N, H, W, C), to be overwritten
        unsafe
        {
            PatchKernel.Scatter((float*)TensorMemory.Of(rows), (float*)TensorMemory.Of(x), 2, 3, 4, 16, 3, 2, 1, 2, 2);
        }

        var columns = rows.view(2, 4, 9, 16).permute(0, 3, 2, 1).reshape(2, 144, 4);            // (N, C*k*k, H'*W')
        var expected = nn.functional.fold(columns, (3, 4), (3, 3), padding: (1, 1), stride: (2, 2)).permute(0, 2, 3, 1);
        Assert.IsTrue(expected.equal(x).all().item<bool>());
    }

    private static Tensor ChannelsLast(int n, int c, int size) => MemoryFormat.ToChannelsLast(randn(n, c, size, size));

    private static SpatialConv2d Convolution(int channels, int outChannels, int kernel, int stride)
    {
        var conv = new SpatialConv2d(channels, outChannels, kernel, stride);
        using var noGradient = no_grad();
        conv.Weight.set_(ChannelsLast(outChannels, channels, kernel));
        return conv;
    }

    private static void AssertEqualsExact(ConvolutionWays ways, Tensor input, Tensor weight, int stride, int padding, double tolerance)
    {
        var y = ConvolutionFunction.Of(input, weight, ways);
        var direction = randn_like(y);
        (y * direction).sum().backward();
        AssertEqualsExact(y, input, weight, direction, stride, padding, tolerance);
    }

    private static void AssertEqualsExact(Tensor y, Tensor input, Tensor weight, Tensor direction, int stride, int padding, double tolerance)
    {
        var (exact, exactInput, exactWeight) = Exact(input, weight, direction, stride, padding);
        Assert.IsLessThan(tolerance, Distance(exact, y));
        Assert.IsLessThan(tolerance, Distance(exactInput, input.grad!));
        Assert.IsLessThan(tolerance, Distance(exactWeight, weight.grad!));
    }

    /// <summary>The output and the gradients of the input and the weight, which is rounded as the convolution sees it.</summary>
    private static (Tensor Output, Tensor Input, Tensor Weight) Exact(Tensor x, Tensor weight, Tensor direction, int stride, int padding)
    {
        var input = x.detach().to(ScalarType.Float64).requires_grad_();
        var kernel = weight.detach().to(x.dtype).to(ScalarType.Float64).requires_grad_();
        var y = nn.functional.conv2d(input, kernel, strides: [stride, stride], padding: [padding, padding]);
        (y * direction.to(ScalarType.Float64)).sum().backward();
        return (y, input.grad!, kernel.grad!);
    }

    private static double Distance(Tensor expected, Tensor actual)
    {
        var (a, b) = (expected.to(ScalarType.Float64), actual.to(ScalarType.Float64));
        return (a - b).norm().item<double>() / a.norm().item<double>();
    }
}
