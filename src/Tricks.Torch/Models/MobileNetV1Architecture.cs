using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>MobileNet v1: <c>mobilenetv1_100</c> has width 1 and ReLU6, <c>mobilenetv1_050_relu</c> width 0.5 and ReLU.</summary>
internal sealed partial record MobileNetV1Architecture : Architecture
{
    internal const string Names = "mobilenetv1_{025|050|075|100|..}{|_relu}";

    public MobileNetV1Architecture(double width, bool relu6) =>
        (WidthPercent, Relu6) = (WidthMultiplier.ToPercent(width, "a MobileNet"), relu6);

    public int WidthPercent { get; }

    public bool Relu6 { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"mobilenetv1_{WidthPercent:D3}{(Relu6 ? "" : "_relu")}");

    public override int DefaultImageSize => 224;

    public override int MinimumImageSize => 32;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        return match.Success
            ? new MobileNetV1Architecture(WidthMultiplier.OfPercent(int.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture)), !match.Groups["relu"].Success)
            : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new MobileNetV1(WidthMultiplier.OfPercent(WidthPercent), Relu6, classes, inputChannels));

    [GeneratedRegex(@"\Amobilenetv1_(?<percent>[0-9]{3})(?<relu>_relu)?\z")]
    private static partial Regex Pattern();
}
