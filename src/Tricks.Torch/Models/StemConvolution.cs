using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Chooses the stem's convolution, torchvision's and timm's <c>conv1</c>.</summary>
internal static class StemConvolution
{
    internal static Module<Tensor, Tensor> Create(ResNetOptions options) => (options.Stem, options.Variant) switch
    {
        (Stem.Cifar, _) => new SpatialConv2d(options.InputChannels, options.Width, kernelSize: 3),
        (_, ResNetVariant.A or ResNetVariant.B) => new SpatialConv2d(options.InputChannels, options.Width, kernelSize: 7, stride: 2),
        _ => new DeepStem(options.InputChannels, options.Width),
    };
}
