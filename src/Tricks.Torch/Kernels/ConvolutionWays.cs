using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Kernels;

/// <summary>How a convolution and its two gradients are computed: what measured fastest (benchmarks/RESULTS.md: "Gradients of convolutions by what is fast", "The Ice Lake, float32").</summary>
/// <remarks>
/// oneDNN 3.7 is slow where feature maps are small, or with a stride, and more so at gradients. Which way is faster depends on the shape, the precision and
/// the processor, never on a measurement of the moment: the same training has the same bits again. A gradient that nobody wants is libtorch's, which leaves it out.
/// </remarks>
/// <param name="Stride">s, along both axes.</param>
/// <param name="Padding">p, along both axes.</param>
/// <param name="Forward">Libtorch or Product; with Product neither gradient is Libtorch's, unless nobody wants it.</param>
/// <param name="OfInput">The gradient of the input.</param>
/// <param name="OfWeight">The gradient of the weight.</param>
internal sealed record ConvolutionWays(int Stride, int Padding, ConvolutionWay Forward, ConvolutionWay OfInput, ConvolutionWay OfWeight)
{
    private const int MinImages = 32;               // for a weight gradient by a convolution, whose channels they are
    private const long MaxPatchBytes = 256L << 20;  // patches are k*k times the input

    /// <summary>The ways of a k x k convolution without bias in training; null if all of them are libtorch's.</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(O, C, k, k), float32.</param>
    /// <param name="stride">s.</param>
    /// <param name="padding">p.</param>
    /// <param name="fastProducts">Whether float32 matrix products run at the processor's peak; null asks <see cref="Processor"/>.</param>
    internal static ConvolutionWays? Fastest(Tensor x, Tensor weight, int stride, int padding, bool? fastProducts = null)
    {
        if (!is_grad_enabled() || weight.size(0) % KernelSwitch.Lanes != 0 || !KernelSwitch.Takes(x))
            return null;
        if (x.dtype == ScalarType.Float32 && !(fastProducts ?? Processor.IsIntel))
            return null;
        var shape = Shape.Of(x, weight, stride, padding);
        var ways = x.dtype == ScalarType.BFloat16
            ? new ConvolutionWays(stride, padding, ConvolutionWay.Libtorch, BFloat16OfInput(shape), BFloat16OfWeight(shape))
            : new ConvolutionWays(stride, padding, Float32Forward(shape), Float32OfInput(shape), Float32OfWeight(shape));
        ways = ways with
        {
            OfInput = x.requires_grad ? ways.OfInput : ConvolutionWay.Libtorch,
            OfWeight = weight.requires_grad ? ways.OfWeight : ConvolutionWay.Libtorch,
        };
        if (ways.UsesProducts && shape.PatchBytes > MaxPatchBytes)
            ways = ways with { Forward = ConvolutionWay.Libtorch, OfInput = WithoutProduct(ways.OfInput), OfWeight = WithoutProduct(ways.OfWeight) };
        return ways is { Forward: ConvolutionWay.Libtorch, OfInput: ConvolutionWay.Libtorch, OfWeight: ConvolutionWay.Libtorch } ? null : ways;
    }

    /// <summary>Whether a convolution without gradients is fastest as a product, as when scoring; the parameters are those of <see cref="Fastest"/>.</summary>
    internal static bool ScoresByProduct(Tensor x, Tensor weight, int stride, int padding, bool? fastProducts = null)
    {
        if (x.dtype != ScalarType.Float32 || !(fastProducts ?? Processor.IsIntel) || !KernelSwitch.Takes(x))
            return false;
        var shape = Shape.Of(x, weight, stride, padding);
        return Float32Forward(shape) == ConvolutionWay.Product && shape.PatchBytes <= MaxPatchBytes;
    }

    private bool UsesProducts => Forward == ConvolutionWay.Product || OfInput == ConvolutionWay.Product || OfWeight == ConvolutionWay.Product;

    private static ConvolutionWay WithoutProduct(ConvolutionWay way) => way == ConvolutionWay.Product ? ConvolutionWay.Libtorch : way;

    private static ConvolutionWay BFloat16OfInput(Shape shape) =>
        shape.Stride == 1 && shape.Kernel > 1 ? ConvolutionWay.Convolution : ConvolutionWay.Libtorch;

    private static ConvolutionWay BFloat16OfWeight(Shape shape)
    {
        if (shape.Stride > 1 && shape.Channels >= 64)
            return ProductIf(shape.Pixels <= 28 * 28);
        if (shape.Pixels > 7 * 7)
            return ConvolutionWay.Libtorch;
        var isConvolution = shape.Stride == 1 && shape.Images >= MinImages && !shape.HasOnePixel; // an output of one pixel would be a 1x1 kernel
        return isConvolution ? ConvolutionWay.Convolution : ConvolutionWay.Product;
    }

    private static ConvolutionWay Float32Forward(Shape shape) => ProductIf(
        (shape.Pixels <= 4 * 4 && shape.Channels >= 256) || (shape.Pixels <= 7 * 7 && shape.Channels >= 512));

    private static ConvolutionWay Float32OfInput(Shape shape) => ProductIf(
        shape.Pixels <= 4 * 4
        || (shape.Pixels <= 8 * 8 && (shape.Stride > 1 || shape.Channels >= 512))
        || (shape.Stride > 1 && shape.Channels < 64));

    private static ConvolutionWay Float32OfWeight(Shape shape) => ProductIf(
        shape.Pixels <= 4 * 4
        || (shape.Pixels <= 8 * 8 && shape.Channels >= 128)
        || (shape.Stride > 1 && shape.Channels >= 32));

    private static ConvolutionWay ProductIf(bool condition) => condition ? ConvolutionWay.Product : ConvolutionWay.Libtorch;

    /// <summary>N, C, H' * W', k and s.</summary>
    private readonly record struct Shape(long Images, long Channels, long Pixels, long Kernel, int Stride, bool HasOnePixel, long PatchBytes)
    {
        internal static Shape Of(Tensor x, Tensor weight, int stride, int padding)
        {
            var (n, c, kernel) = (x.size(0), x.size(1), weight.size(2));
            var (height, width) = (ConvolutionProducts.Outputs(x.size(2), kernel, stride, padding), ConvolutionProducts.Outputs(x.size(3), kernel, stride, padding));
            var pixels = height * width;
            return new(n, c, pixels, kernel, stride, Math.Min(height, width) == 1, n * pixels * kernel * kernel * c * x.element_size());
        }
    }
}
