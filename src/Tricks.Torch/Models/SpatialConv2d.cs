using TorchSharp;
using TorchSharp.Modules;
using Tricks.Torch.Kernels;
using Tricks.Torch.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>A k x k convolution, k odd, zero-padded by (k - 1)/2 unless said otherwise, in the precision of its input.</summary>
/// <remarks>
/// (N, inChannels, H, W) to (N, outChannels, ceil(H/s), ceil(W/s)). Weight (outChannels, inChannels, k, k), float32, in channels-last
/// order from the start: libtorch then computes in that order whatever the input's. oneDNN 3.7's kernels for the other order are
/// silently wrong with few channels, in bfloat16 and in float32 gradients, on machines that hide their cache sizes. Do not
/// change the output in place: autograd refuses that where a gradient is our own (<see cref="ConvolutionWays"/>).
/// </remarks>
internal sealed class SpatialConv2d : Module<Tensor, Tensor>, IConvolution
{
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

    public Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias)
    {
        var way = _isSquare ? ConvolutionWays.Scoring(input, kernel, (int)_stride[0], (int)_padding[0]) : ConvolutionWay.Libtorch;
        if (way == ConvolutionWay.Libtorch)
            return functional.conv2d(input, kernel, bias, strides: _stride, padding: _padding);
        var y = ConvolutionFunction.Forward(way, input, kernel, (int)_stride[0], (int)_padding[0]);
        return bias is null ? y : y.Increase(bias.view(1, -1, 1, 1));
    }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        if (FoldedWeights.Current is { } folded)
            return folded.Call(this, norm: null, input, residual: null, relu: false);
        if (_isSquare && ConvolutionWays.Fastest(input, weight, (int)_stride[0], (int)_padding[0]) is { } ways)
            return ConvolutionFunction.Of(input, weight, ways);
        using var scope = NewDisposeScope();
        var type = TypeFor(input);
        var kernel = weight.to(type);                           // autograd brings the gradient back to float32
        var y = functional.conv2d(input.to(type), kernel, bias?.to(type), strides: _stride, padding: _padding);
        return y.to(input.dtype).MoveToOuterDisposeScope();
    }
}
