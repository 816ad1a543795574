using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>How a convolution and its two gradients are computed: what measured fastest (benchmarks/RESULTS.md: "Gradients of convolutions by what is fast", "Winograd's convolutions", "Products instead of convolutions", "Small maps side by side").</summary>
/// <remarks>
/// oneDNN 3.7 is slow where feature maps are small, or with a stride, and more so at gradients; and in float32 most 3x3 convolutions need a quarter of its multiplications.
/// Which way is faster depends on the shape, the precision and the processor, never on a measurement of the moment: the same training has the same bits again. A gradient
/// that nobody wants is libtorch's, which leaves it out.
/// </remarks>
/// <param name="Stride">s, along both axes.</param>
/// <param name="Padding">p, along both axes.</param>
/// <param name="Forward">Not Convolution; of Libtorch and Strips autograd knows the gradients; with the others neither gradient is Libtorch's, unless nobody wants it.</param>
/// <param name="OfInput">The gradient of the input.</param>
/// <param name="OfWeight">The gradient of the weight.</param>
internal sealed record ConvolutionWays(int Stride, int Padding, ConvolutionWay Forward, ConvolutionWay OfInput, ConvolutionWay OfWeight)
{
    private const int MinImages = 32;               // for a weight gradient by a convolution, whose channels they are
    private const int MinTiles = 128;               // for filtering, which transforms all weights first
    private const int MinGradientTiles = 32;        // the same of its gradient of the weight
    private const int MinStripImages = 16;          // for maps side by side: fewer gain nothing
    private const double MinFilled = 0.5;           // of the pixels of its tiles: 4 x 4 for a map of 3 x 3, 8 x 8 for one of 7 x 7
    private const long MaxPatchBytes = 256L << 20;  // patches are k*k times the input

    /// <summary>The ways of a k x k convolution without bias in training; null if all of them are libtorch's.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(O, C, k, k), float32.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <param name="speeds">Null for this processor's.</param>
    internal static ConvolutionWays? Fastest(Tensor x, Tensor weight, int stride, int padding, ConvolutionSpeeds? speeds = null)
    {
        if (!is_grad_enabled() || weight.size(0) % KernelSwitch.Lanes != 0 || !KernelSwitch.Takes(x))
            return null;
        var fast = speeds ?? ConvolutionSpeeds.OfThisProcessor;
        if (x.dtype == ScalarType.Float32 && fast is { Products: false, Filters: false })
            return null;
        var shape = Shape.Of(x, weight, stride, padding);
        var ways = x.dtype == ScalarType.BFloat16
            ? new ConvolutionWays(stride, padding, BFloat16Forward(shape, fast), BFloat16OfInput(shape, fast), BFloat16OfWeight(shape, fast))
            : new ConvolutionWays(stride, padding, Float32Forward(shape, fast), Float32OfInput(shape, fast), Float32OfWeight(shape, fast));
        ways = ways with
        {
            OfInput = x.requires_grad ? ways.OfInput : ConvolutionWay.Libtorch,
            OfWeight = weight.requires_grad ? ways.OfWeight : ConvolutionWay.Libtorch,
        };
        if (ways.UsesProducts && shape.PatchBytes > MaxPatchBytes)
            ways = ways with { Forward = WithoutProduct(ways.Forward), OfInput = WithoutProduct(ways.OfInput), OfWeight = WithoutProduct(ways.OfWeight) };
        return ways is { Forward: ConvolutionWay.Libtorch, OfInput: ConvolutionWay.Libtorch, OfWeight: ConvolutionWay.Libtorch } ? null : ways;
    }

    /// <summary>How a convolution is computed without gradients, as when scoring: not Convolution. The parameters are those of <see cref="Fastest"/>.</summary>
    internal static ConvolutionWay Scoring(Tensor x, Tensor weight, int stride, int padding, ConvolutionSpeeds? speeds = null)
    {
        if (weight.size(0) % KernelSwitch.Lanes != 0 || !KernelSwitch.Takes(x))
            return ConvolutionWay.Libtorch;
        var shape = Shape.Of(x, weight, stride, padding);
        var fast = speeds ?? ConvolutionSpeeds.OfThisProcessor;
        var way = x.dtype == ScalarType.BFloat16 ? BFloat16Forward(shape, fast) : Float32Forward(shape, fast);
        return shape.PatchBytes <= MaxPatchBytes ? way : WithoutProduct(way);
    }

    private bool UsesProducts => Forward == ConvolutionWay.Product || OfInput == ConvolutionWay.Product || OfWeight == ConvolutionWay.Product;

    private static ConvolutionWay WithoutProduct(ConvolutionWay way) => way == ConvolutionWay.Product ? ConvolutionWay.Libtorch : way;

    private static ConvolutionWay BFloat16Forward(Shape shape, ConvolutionSpeeds fast) =>
        fast.Strips && shape.Pixels <= 8 * 8 && shape.Channels >= 64 && shape.Images >= MinStripImages ? ConvolutionWay.Strips : ConvolutionWay.Libtorch;

    private static ConvolutionWay BFloat16OfInput(Shape shape, ConvolutionSpeeds fast) =>
        !fast.Strips && shape.Stride == 1 && shape.Kernel > 1 ? ConvolutionWay.Convolution : ConvolutionWay.Libtorch;

    private static ConvolutionWay BFloat16OfWeight(Shape shape, ConvolutionSpeeds fast)
    {
        if (BFloat16Forward(shape, fast) == ConvolutionWay.Strips)
            return ConvolutionWay.Libtorch;
        if (fast.Strips)
            return ProductIf(shape.Stride > 1 && shape.Channels >= 256 && shape.Pixels <= 14 * 14);
        if (shape.Stride > 1 && shape.Channels >= 64)
            return ProductIf(shape.Pixels <= 28 * 28);
        if (shape.Pixels > 7 * 7)
            return ConvolutionWay.Libtorch;
        var isConvolution = shape.Stride == 1 && shape.Images >= MinImages && !shape.HasOnePixel; // an output of one pixel would be a 1x1 kernel
        return isConvolution ? ConvolutionWay.Convolution : ConvolutionWay.Product;
    }

    private static ConvolutionWay Float32Forward(Shape shape, ConvolutionSpeeds fast) => fast.Filters && shape.Tiles >= MinTiles
        ? shape.Filter
        : ProductIf(fast.Products && ((shape.Pixels <= 4 * 4 && shape.Channels >= 256) || (shape.Pixels <= 7 * 7 && shape.Channels >= 512)));

    private static ConvolutionWay Float32OfInput(Shape shape, ConvolutionSpeeds fast) => fast.Filters && shape.Tiles >= MinTiles
        ? shape.Filter
        : ProductIf(fast.Products && (
            shape.Pixels <= 4 * 4
            || (shape.Pixels <= 8 * 8 && (shape.Stride > 1 || shape.Channels >= 512))
            || (shape.Stride > 1 && shape.Channels < 64)));

    private static ConvolutionWay Float32OfWeight(Shape shape, ConvolutionSpeeds fast) => fast.Filters && shape.Tiles >= MinGradientTiles
        ? shape.Filter
        : ProductIf(fast.Products && (
            shape.Pixels <= 4 * 4
            || (shape.Pixels <= 8 * 8 && shape.Channels >= 128)
            || (shape.Stride > 1 && shape.Channels >= 32)));

    private static ConvolutionWay ProductIf(bool condition) => condition ? ConvolutionWay.Product : ConvolutionWay.Libtorch;

    /// <summary>N, C, H' * W', k and s; the filter that fits, and how many tiles it would have, 0 if there is none.</summary>
    private readonly record struct Shape(long Images, long Channels, long Pixels, long Kernel, int Stride, bool HasOnePixel, long PatchBytes, ConvolutionWay Filter, int Tiles)
    {
        internal static Shape Of(Tensor x, Tensor weight, int stride, int padding)
        {
            var (n, c, kernel) = (x.size(0), x.size(1), weight.size(2));
            var (height, width) = (ConvolutionProducts.Outputs(x.size(2), kernel, stride, padding), ConvolutionProducts.Outputs(x.size(3), kernel, stride, padding));
            var pixels = height * width;
            var (filter, tiles) = (stride, kernel, padding) == (1, 3, 1) ? Filtered(x) : (ConvolutionWay.Libtorch, 0);
            return new(n, c, pixels, kernel, stride, Math.Min(height, width) == 1, n * pixels * kernel * kernel * c * x.element_size(), filter, tiles);
        }

        private static (ConvolutionWay Filter, int Tiles) Filtered(Tensor x)
        {
            if (x.size(2) == PairFilter.Size && x.size(3) == PairFilter.Size)
                return (ConvolutionWay.Pairs, FilterTiles<PairFilter>.Of(x).Count);
            var tiles = FilterTiles<TileFilter>.Of(x);
            return tiles.Filled >= MinFilled ? (ConvolutionWay.Tiles, tiles.Count) : (ConvolutionWay.Libtorch, 0);
        }
    }
}
