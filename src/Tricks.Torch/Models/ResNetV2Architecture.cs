using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Gluon's pre-activation ResNets: <c>resnet18_v2</c>, <c>resnet50_v2_cifar</c>.</summary>
internal sealed partial record ResNetV2Architecture : Architecture
{
    internal const string Names = "resnet{18|34|50|101|152}_v2{|_cifar}";

    public ResNetV2Architecture(int depth, Stem stem)
    {
        if (depth is not (18 or 34 or 50 or 101 or 152))
            throw new ArgumentOutOfRangeException(nameof(depth), depth, "A ResNet v2 has 18, 34, 50, 101 or 152 layers.");
        if (!Enum.IsDefined(stem))
            throw new ArgumentOutOfRangeException(nameof(stem), stem, "The stems are ImageNet and Cifar.");
        (Depth, Stem) = (depth, stem);
    }

    public int Depth { get; }

    public Stem Stem { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"resnet{Depth}_v2{(Stem == Stem.Cifar ? "_cifar" : "")}");

    public override int DefaultImageSize => Stem == Stem.ImageNet ? 224 : 32;

    public override int MinimumImageSize => Stem == Stem.ImageNet ? 32 : 8;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        return match.Success
            ? new ResNetV2Architecture(
                int.Parse(match.Groups["depth"].Value, CultureInfo.InvariantCulture), match.Groups["cifar"].Success ? Stem.Cifar : Stem.ImageNet)
            : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) => Initialised(
        new ResNetV2(bottleneck: Depth >= 50, ResNetArchitecture.BlocksPerStage(Depth), Stem, classes, inputChannels));

    [GeneratedRegex(@"\Aresnet(?<depth>[1-9][0-9]{0,3})_v2(?<cifar>_cifar)?\z")]
    private static partial Regex Pattern();
}
