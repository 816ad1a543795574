using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>VGG-16 (arXiv:1409.1556, configuration D), plain or with batch normalisation: <c>vgg16</c>, <c>vgg16_bn</c>.</summary>
internal sealed record VggArchitecture(bool Norm) : Architecture
{
    internal const string Names = "vgg16{|_bn}";

    private const int Hidden = 4096;

    private static readonly int[][] Stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    public override string Name => Norm ? "vgg16_bn" : "vgg16";

    public override int DefaultImageSize => 224;

    public override int MinimumImageSize => 32;

    internal static Architecture? FromName(string name) => name switch
    {
        "vgg16" => new VggArchitecture(Norm: false),
        "vgg16_bn" => new VggArchitecture(Norm: true),
        _ => null,
    };

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new Vgg(Stages, Norm, Hidden, classes, inputChannels));
}
