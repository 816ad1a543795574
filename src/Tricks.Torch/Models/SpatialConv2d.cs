using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A k x k convolution, k odd, zero-padded by (k - 1)/2 unless said otherwise, in the precision of its input.</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, outChannels, ceil(H/s), ceil(W/s)). Weight (outChannels, inChannels, k, k), float32, in channels-last
/// order from the start: libtorch then computes in that order whatever the input's. oneDNN 3.7's kernels for the other order are
/// silently wrong with few channels, in bfloat16 and in float32 gradients, on machines that hide their cache sizes. Do not
/// change the output in place: autograd refuses that where the weight's gradient is our own.
/// </remarks>
internal sealed class SpatialConv2d : Module<Tensor, Tensor>, IConvolution
{
    private const int MaxPixels = 49;          // 7 x 7: of the output, for a weight gradient of our own
    private const int MaxStridedPixels = 784;  // 28 x 28: the same with a stride
    private const int MinStridedChannels = 64;
    private const int MinImages = 32;          // for a weight gradient by a convolution, whose channels they are

    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly bool _isSquare;                            // and without bias, of more than one channel

    /// <summary>Without bias. The weight is 0 until it is initialised or loaded.</summary>
    internal SpatialConv2d(int inChannels, int outChannels, int kernelSize, int stride = 1)
        : this(inChannels, outChannels, (kernelSize, kernelSize), ((kernelSize - 1) / 2, (kernelSize - 1) / 2), stride)
    {
    }

    /// <summary>
    /// (N, inChannels, H, W) to (N, outChannels, floor((H + 2p - k)/s) + 1, ...). Weight and bias are 0 until they are initialised or loaded.
    /// </summary>
    internal SpatialConv2d(
        int inChannels, int outChannels, (int Height, int Width) kernelSize, (int Height, int Width) padding, int stride = 1, bool hasBias = false)
        : base(nameof(SpatialConv2d))
    {
        using (var zero = zeros(outChannels, kernelSize.Height, kernelSize.Width, inChannels))
            weight = Parameter(zero.permute(0, 3, 1, 2)).DetachedFromScope();
        bias = hasBias ? Parameter(zeros(outChannels)).DetachedFromScope() : null;
        _stride = [stride, stride];
        _padding = [padding.Height, padding.Width];
        _isSquare = kernelSize.Height == kernelSize.Width && padding.Height == padding.Width && !hasBias && inChannels > 1;
        RegisterComponents();
    }

    /// <summary>(outChannels, inChannels, kh, kw), owned by this module.</summary>
    public Parameter Weight => weight;

    /// <summary>(outChannels), owned by this module; null for none.</summary>
    public Parameter? Bias => bias;

    // One channel has no order, so that the bfloat16 kernel would be a wrong one; it is the image, and small.
    public ScalarType TypeFor(Tensor input) =>
        input.size(1) == 1 && input.device_type == DeviceType.CPU && input.dtype != ScalarType.Float64 ? ScalarType.Float32 : input.dtype;

    public Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias) =>
        functional.conv2d(input, kernel, bias, strides: _stride, padding: _padding);

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        if (FoldedWeights.Current is { } folded)
            return folded.Call(this, norm: null, input, residual: null, relu: false);
        using var scope = NewDisposeScope();
        if (OwnGradients(input) is { } own)
            return WithOwnGradients(input, own).MoveToOuterDisposeScope();
        var type = TypeFor(input);
        var kernel = weight.to(type);                           // autograd brings the gradient back to float32
        var y = functional.conv2d(input.to(type), kernel, bias?.to(type), strides: _stride, padding: _padding);
        return y.to(input.dtype).MoveToOuterDisposeScope();
    }

    private Tensor WithOwnGradients(Tensor input, ConvolutionGradientFunction.Settings own)
    {
        var (constantInput, kernel) = (input.detach(), weight.to(input.dtype));
        var constantKernel = kernel.detach();
        var ofWeight = own.OfWeight != WeightGradientKind.Libtorch;
        var output = functional.conv2d(
            own.OfInput ? constantInput : input, ofWeight ? constantKernel : kernel, strides: _stride, padding: _padding);
        return ConvolutionGradientFunction.apply(output, own.OfInput ? input : null!, ofWeight ? weight : null!, constantInput, constantKernel, own);
    }

    /// <summary>Which gradients are computed by our own ways; null for none.</summary>
    internal ConvolutionGradientFunction.Settings? OwnGradients(Tensor input)
    {
        if (input.dtype != ScalarType.BFloat16 || !_isSquare || weight.size(0) % KernelSwitch.Lanes != 0 || !is_grad_enabled() || !KernelSwitch.Takes(input))
            return null;
        var ofInput = input.requires_grad && _stride[0] == 1 && weight.size(2) > 1;
        var ofWeight = weight.requires_grad ? WeightGradient(input) : WeightGradientKind.Libtorch;
        return ofInput || ofWeight != WeightGradientKind.Libtorch
            ? new ConvolutionGradientFunction.Settings((int)_stride[0], (int)_padding[0], ofInput, ofWeight)
            : null;
    }

    /// <summary>The fastest way by the measurements of benchmarks/RESULTS.md: it depends on the size of the feature maps.</summary>
    private WeightGradientKind WeightGradient(Tensor input)
    {
        var (n, c, pixels) = (input.size(0), input.size(1), input.size(2) * input.size(3) / (_stride[0] * _stride[0]));
        if (_stride[0] > 1 && c >= MinStridedChannels)
            return pixels <= MaxStridedPixels ? WeightGradientKind.Product : WeightGradientKind.Libtorch;
        if (pixels > MaxPixels)
            return WeightGradientKind.Libtorch;
        var isConvolution = _stride[0] == 1 && n >= MinImages && Math.Min(input.size(2), input.size(3)) + (2 * _padding[0]) > weight.size(2); // an output of one pixel would be a 1x1 kernel
        return isConvolution ? WeightGradientKind.Convolution : WeightGradientKind.Product;
    }
}
