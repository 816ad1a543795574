using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>LeNet-5: <c>lenet5</c>.</summary>
internal sealed record LeNet5Architecture : Architecture
{
    internal const string OnlyName = "lenet5";

    public override string Name => OnlyName;

    public override int DefaultImageSize => 32;

    public override int MinimumImageSize => 16;

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new LeNet5(classes, inputChannels));
}
