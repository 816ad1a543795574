using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The ResNets of [R] Table 1 in the variants of BoT §4: <c>resnet50</c> is B, <c>resnet50a</c>, <c>resnet18d_cifar</c>.</summary>
internal sealed partial record ResNetArchitecture : Architecture
{
    internal const string Names = "resnet{18|34|50|101|152}{a||c|d}{|_cifar}";

    public ResNetArchitecture(int depth, ResNetVariant variant, Stem stem)
    {
        if (depth is not (18 or 34 or 50 or 101 or 152))
            throw new ArgumentOutOfRangeException(nameof(depth), depth, "A ResNet has 18, 34, 50, 101 or 152 layers.");
        if (!Enum.IsDefined(variant))
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "The variants are A, B, C and D.");
        if (!Enum.IsDefined(stem))
            throw new ArgumentOutOfRangeException(nameof(stem), stem, "The stems are ImageNet and Cifar.");
        (Depth, Variant, Stem) = (depth, variant, stem);
    }

    public int Depth { get; }

    public ResNetVariant Variant { get; }

    public Stem Stem { get; }

    public override string Name => string.Create(
        CultureInfo.InvariantCulture, $"resnet{Depth}{VariantSuffix.Of(Variant, unmarked: ResNetVariant.B)}{StemSuffix}");

    public override int DefaultImageSize => Stem == Stem.ImageNet ? 224 : 32;

    public override int MinimumImageSize => Options(classes: 1, inputChannels: 3).TotalStride;

    private string StemSuffix => Stem == Stem.Cifar ? "_cifar" : "";

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        if (!match.Success)
            return null;
        var depth = int.Parse(match.Groups["depth"].Value, CultureInfo.InvariantCulture);
        var variant = VariantSuffix.Read(match.Groups["variant"].Value, unmarked: ResNetVariant.B);
        return new ResNetArchitecture(depth, variant, match.Groups["cifar"].Success ? Stem.Cifar : Stem.ImageNet);
    }

    /// <summary>[R] Table 1.</summary>
    internal static int[] BlocksPerStage(int depth) => depth switch
    {
        18 => [2, 2, 2, 2],
        34 or 50 => [3, 4, 6, 3],
        101 => [3, 4, 23, 3],
        _ => [3, 8, 36, 3],
    };

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        new ResNet(Options(classes, inputChannels));

    private ResNetOptions Options(int classes, int inputChannels) => new()
    {
        Block = Depth < 50 ? ResNetBlock.Basic : ResNetBlock.Bottleneck,
        BlocksPerStage = BlocksPerStage(Depth),
        Variant = Variant,
        Stem = Stem,
        Classes = classes,
        InputChannels = inputChannels,
    };

    [GeneratedRegex(@"\Aresnet(?<depth>[1-9][0-9]{0,3})(?<variant>[acd]?)(?<cifar>_cifar)?\z")]
    private static partial Regex Pattern();
}
