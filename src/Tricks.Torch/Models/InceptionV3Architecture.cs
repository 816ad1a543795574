using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception-v3: <c>inception_v3</c>.</summary>
internal sealed record InceptionV3Architecture : Architecture
{
    internal const string OnlyName = "inception_v3";

    public override string Name => OnlyName;

    public override int DefaultImageSize => 299;

    public override int MinimumImageSize => 75;

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new InceptionV3(classes, inputChannels));
}
