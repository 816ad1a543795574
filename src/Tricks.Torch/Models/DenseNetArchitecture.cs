using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>DenseNet-121: <c>densenet121</c>.</summary>
internal sealed record DenseNetArchitecture : Architecture
{
    internal const string OnlyName = "densenet121";

    private const int Growth = 32;

    private static readonly int[] LayersPerBlock = [6, 12, 24, 16];

    public override string Name => OnlyName;

    public override int DefaultImageSize => 224;

    public override int MinimumImageSize => 32;

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new DenseNet(LayersPerBlock, Growth, classes, inputChannels));
}
