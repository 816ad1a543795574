using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception's unit: convolution without bias, batch normalisation with epsilon 0.001, ReLU (torchvision's BasicConv2d).</summary>
/// <remarks>(N, inChannels, H, W) to (N, outChannels, floor((H + 2p - k)/s) + 1, ...). Keys conv and bn.</remarks>
internal sealed class ConvNorm : NamedModule
{
    private const double Epsilon = 0.001;

    private readonly Module<Tensor, Tensor> _conv;
    private readonly BatchNorm2d _norm;

    /// <summary>A 1x1 convolution.</summary>
    internal ConvNorm(int inChannels, int outChannels)
        : this(outChannels, new PointwiseConv2d(inChannels, outChannels))
    {
    }

    internal ConvNorm(int inChannels, int outChannels, int kernelSize, int padding = 0, int stride = 1)
        : this(inChannels, outChannels, (kernelSize, kernelSize), (padding, padding), stride)
    {
    }

    internal ConvNorm(int inChannels, int outChannels, (int Height, int Width) kernelSize, (int Height, int Width) padding, int stride = 1)
        : this(outChannels, new SpatialConv2d(inChannels, outChannels, kernelSize, padding, stride))
    {
    }

    private ConvNorm(int outChannels, Module<Tensor, Tensor> conv)
        : base(nameof(ConvNorm))
    {
        OutChannels = outChannels;
        _conv = Add("conv", conv);
        _norm = Add("bn", BatchNorm2d(outChannels, eps: Epsilon));
    }

    internal int OutChannels { get; }

    public override Tensor forward(Tensor input)                // (N, inChannels, H, W)
    {
        using var scope = NewDisposeScope();
        return NormActivation.Relu(_conv, _norm, input).MoveToOuterDisposeScope();
    }
}
