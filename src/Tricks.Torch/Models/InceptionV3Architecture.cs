using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>Inception-v3: <c>inception_v3</c> has width 1, <c>inception_v3_025</c> width 0.25.</summary>
internal sealed partial record InceptionV3Architecture : Architecture
{
    internal const string FullName = "inception_v3";
    internal const string Names = FullName + "{|_025|_050|_075|..}";

    private const int Full = 100;                               // percent; goes unmarked

    public InceptionV3Architecture(double width) => WidthPercent = WidthMultiplier.ToPercent(width, "an Inception-v3");

    // Internal, so that a comparison's description of the full network stays what it was before there were widths: the name tells them apart.
    internal int WidthPercent { get; }

    public override string Name => WidthPercent == Full ? FullName : string.Create(CultureInfo.InvariantCulture, $"{FullName}_{WidthPercent:D3}");

    public override int DefaultImageSize => 299;

    public override int MinimumImageSize => 75;

    internal static Architecture? FromName(string name)
    {
        if (name == FullName)
            return InceptionV3;
        var match = Pattern().Match(name);
        return match.Success ? InceptionV3With(WidthMultiplier.OfPercent(int.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture))) : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new InceptionV3(WidthMultiplier.OfPercent(WidthPercent), classes, inputChannels));

    [GeneratedRegex(@"\Ainception_v3_(?!100)(?<percent>[0-9]{3})\z")]
    private static partial Regex Pattern();
}
