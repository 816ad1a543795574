using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>The plain nets of [R §4.2], which have no shortcuts: <c>cifar_plainnet20</c>.</summary>
internal sealed partial record CifarPlainNetArchitecture : Architecture
{
    internal const string Names = "cifar_plainnet{20|32|44|56|..}";

    public CifarPlainNetArchitecture(int depth) => Depth = CifarFamily.CheckDepth(depth);

    public int Depth { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"cifar_plainnet{Depth}");

    public override int DefaultImageSize => CifarFamily.ImageSize;

    public override int MinimumImageSize => Options(classes: 1, inputChannels: 3).TotalStride;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        return match.Success ? new CifarPlainNetArchitecture(CifarFamily.ParseDepth(match.Groups["depth"].Value)) : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        new ResNet(Options(classes, inputChannels));

    private ResNetOptions Options(int classes, int inputChannels) =>
        CifarFamily.Options(Depth, ResNetVariant.A, ShortcutKind.None, classes, inputChannels);

    [GeneratedRegex(@"\Acifar_plainnet(?<depth>[1-9][0-9]{0,3})\z")]
    private static partial Regex Pattern();
}
