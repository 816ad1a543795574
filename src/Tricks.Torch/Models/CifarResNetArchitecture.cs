using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The ResNets of [R §4.2]: <c>cifar_resnet20</c> is A, <c>cifar_resnet20b</c>, <c>cifar_resnet20d</c>.</summary>
internal sealed partial record CifarResNetArchitecture : Architecture
{
    internal const string Names = "cifar_resnet{20|32|44|56|110|..}{|b|d}";

    public CifarResNetArchitecture(int depth, ResNetVariant variant)
    {
        if (variant is not (ResNetVariant.A or ResNetVariant.B or ResNetVariant.D))
        {
            throw new ArgumentOutOfRangeException(
                nameof(variant), variant, "A CIFAR ResNet is A, B or D; C replaces a 7x7 stem, and here is none.");
        }

        (Depth, Variant) = (CifarFamily.CheckDepth(depth), variant);
    }

    public int Depth { get; }

    public ResNetVariant Variant { get; }

    public override string Name => string.Create(
        CultureInfo.InvariantCulture, $"cifar_resnet{Depth}{VariantSuffix.Of(Variant, unmarked: ResNetVariant.A)}");

    public override int DefaultImageSize => CifarFamily.ImageSize;

    public override int MinimumImageSize => Options(classes: 1, inputChannels: 3).TotalStride;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        if (!match.Success)
            return null;
        var variant = VariantSuffix.Read(match.Groups["variant"].Value, unmarked: ResNetVariant.A);
        return new CifarResNetArchitecture(CifarFamily.ParseDepth(match.Groups["depth"].Value), variant);
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        new ResNet(Options(classes, inputChannels));

    private ResNetOptions Options(int classes, int inputChannels)
    {
        var shortcut = Variant == ResNetVariant.A ? ShortcutKind.ZeroPadding : ShortcutKind.Projection;
        return CifarFamily.Options(Depth, Variant, shortcut, classes, inputChannels);
    }

    [GeneratedRegex(@"\Acifar_resnet(?<depth>[1-9][0-9]{0,3})(?<variant>[bd]?)\z")]
    private static partial Regex Pattern();
}
