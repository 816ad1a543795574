using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>ResNet-50 (variant B) whose 3x3 convolutions have twice the channels: torchvision's <c>wide_resnet50_2</c> (arXiv:1605.07146 §3).</summary>
internal sealed record WideBottleneckResNetArchitecture : Architecture
{
    internal const string OnlyName = "wide_resnet50_2";

    public override string Name => OnlyName;

    public override int DefaultImageSize => 224;

    public override int MinimumImageSize => 32;

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) => new ResNet(new ResNetOptions
    {
        Block = ResNetBlock.Bottleneck,
        BlocksPerStage = ResNetArchitecture.BlocksPerStage(50),
        BottleneckWidening = 2,
        Variant = ResNetVariant.B,
        Classes = classes,
        InputChannels = inputChannels,
    });
}
