using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A 1x1 convolution without bias, in the precision of its input; on the CPU one matrix product.</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, outChannels, ceil(H/s), ceil(W/s)). Weight (outChannels, inChannels, 1, 1), float32.
/// On the CPU the pixels of the (N, H, W, C) view are the rows of a matrix. oneDNN 3.7's own 1x1 kernel is silently
/// wrong, or ends the process, on machines that hide their cache sizes (some virtual ones): a network of your own
/// (<see cref="Architecture.Custom"/>) takes this module in place of a 1x1 <c>Conv2d</c>.
/// </remarks>
public sealed class PointwiseConv2d : Module<Tensor, Tensor>, IConvolution
{
    private const int PixelParts = 2;
    private const int MinProductOutputs = 256; // with fewer, MKL copies the pixels for too little

    private readonly Parameter weight;
    private readonly int _stride;

    /// <summary>The weight is 0 until it is initialised or loaded.</summary>
    /// <param name="inChannels">Channels of the input, at least 1.</param>
    /// <param name="outChannels">Channels of the output, at least 1.</param>
    /// <param name="stride">s, at least 1. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below 1.</exception>
    public PointwiseConv2d(int inChannels, int outChannels, int stride = 1)
        : base(LoadedName())
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        weight = Parameter(zeros(outChannels, inChannels, 1, 1)).DetachedFromScope();
        _stride = stride;
        RegisterComponents();
    }

    /// <summary>The base constructor is the first to need libtorch.</summary>
    private static string LoadedName()
    {
        TorchBackend.EnsureLoaded();
        return nameof(PointwiseConv2d);
    }

    /// <summary>(outChannels, inChannels, 1, 1), owned by this module.</summary>
    internal Parameter Weight => weight;

    Parameter IConvolution.Weight => weight;

    Parameter? IConvolution.Bias => null;

    ScalarType IConvolution.TypeFor(Tensor input) => input.dtype;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        if (FoldedWeights.Current is { } folded)
            return folded.Call(this, norm: null, input, residual: null, relu: false);
        using var scope = NewDisposeScope();
        var kernel = weight.to(input.dtype);                    // autograd brings the gradient back to float32
        var y = input.device_type == DeviceType.CPU
            ? MatrixProduct(input, kernel)
            : functional.conv2d(input, kernel, strides: [_stride, _stride]);
        return y.MoveToOuterDisposeScope();                     // (N, outChannels, H/s, W/s)
    }

    private Tensor MatrixProduct(Tensor x, Tensor kernel)       // (N, inChannels, H, W)
    {
        var pixels = Strided(x).permute(0, 2, 3, 1);            // (N, H/s, W/s, inChannels): no copy if channels-last
        var (n, h, w) = (pixels.size(0), pixels.size(1), pixels.size(2));
        var rows = pixels.reshape(n * h * w, pixels.size(3));  // (N*H/s*W/s, inChannels)
        var y = rows.mm(kernel.flatten(1).t());                 // (N*H/s*W/s, outChannels)
        return y.view(n, h, w, -1).permute(0, 3, 1, 2);         // (N, outChannels, H/s, W/s), channels-last
    }

    Tensor IConvolution.Convolve(Tensor input, Tensor kernel, Tensor? bias)
    {
        if (input.device_type != DeviceType.CPU)
            return functional.conv2d(input, kernel, bias, strides: [_stride, _stride]);
        var isFastProduct = Processor.IsIntel && kernel.size(0) >= MinProductOutputs;
        if (input.dtype == ScalarType.Float32 && input.size(1) % (PixelParts * KernelSwitch.Lanes) == 0 && !isFastProduct)
            return ConvolutionInParts(input, kernel, bias);
        var y = MatrixProduct(input, kernel);
        return bias is null ? y : y.Increase(bias.view(1, -1, 1, 1));
    }

    /// <summary>The same sums as a 1 x 2 convolution of stride 2: each pixel's channels as two neighbouring pixels of half as many.</summary>
    /// <remarks>
    /// No value moves; only shapes change. oneDNN's kernel for it, the one for 3x3, is right where that for 1x1 is not, and
    /// in float32 it measured 1.15 times as fast as the matrix product. In bfloat16, and on Intel's processors with many outputs, the product is the faster one.
    /// </remarks>
    private Tensor ConvolutionInParts(Tensor x, Tensor kernel, Tensor? bias)
    {
        var pixels = Strided(x).permute(0, 2, 3, 1).contiguous();               // (N, H/s, W/s, C): no copy if channels-last
        var (n, h, w, c) = (pixels.size(0), pixels.size(1), pixels.size(2), pixels.size(3));
        var line = pixels.view(n, 1, h * w * PixelParts, c / PixelParts).permute(0, 3, 1, 2);                     // (N, C/2, 1, 2*H*W)
        var parts = kernel.flatten(1).view(-1, 1, PixelParts, c / PixelParts).permute(0, 3, 1, 2);                // (O, C/2, 1, 2)
        var y = functional.conv2d(line, parts, bias, strides: [1, PixelParts]);                                   // (N, O, 1, H*W)
        return y.permute(0, 2, 3, 1).reshape(n, h, w, -1).permute(0, 3, 1, 2);  // (N, O, H/s, W/s), channels-last
    }

    private Tensor Strided(Tensor x) => _stride == 1
        ? x
        : x.slice(2, 0, x.size(2), _stride).slice(3, 0, x.size(3), _stride);
}
