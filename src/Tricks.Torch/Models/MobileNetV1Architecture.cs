using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>MobileNet v1: <c>mobilenetv1_100</c> has width 1 and ReLU6, <c>mobilenetv1_050_relu</c> width 0.5 and ReLU.</summary>
internal sealed partial record MobileNetV1Architecture : Architecture
{
    internal const string Names = "mobilenetv1_{025|050|075|100|..}{|_relu}";

    private const double Percent = 0.01;

    public MobileNetV1Architecture(double width, bool relu6)
    {
        var percent = Math.Round(width / Percent);
        if (!(percent is >= 10 and <= 400 && Math.Abs((width / Percent) - percent) < 1e-6))
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), width, "The width multiplier of a MobileNet is 0.1 to 4 in steps of 0.01; the paper has 1, 0.75, 0.5 and 0.25.");
        }

        (WidthPercent, Relu6) = ((int)percent, relu6);
    }

    public int WidthPercent { get; }

    public bool Relu6 { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"mobilenetv1_{WidthPercent:D3}{(Relu6 ? "" : "_relu")}");

    public override int DefaultImageSize => 224;

    public override int MinimumImageSize => 32;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        return match.Success
            ? new MobileNetV1Architecture(int.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture) * Percent, !match.Groups["relu"].Success)
            : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new MobileNetV1(WidthPercent * Percent, Relu6, classes, inputChannels));

    [GeneratedRegex(@"\Amobilenetv1_(?<percent>[0-9]{3})(?<relu>_relu)?\z")]
    private static partial Regex Pattern();
}
