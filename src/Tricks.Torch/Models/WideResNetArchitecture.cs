using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Models;

/// <summary>WRN-d-k for small images: <c>wrn_28_10</c>.</summary>
internal sealed partial record WideResNetArchitecture : Architecture
{
    internal const string Names = "wrn_{16|22|28|40|..}_{1|2|4|8|10|..}";

    private const int GreatestDepth = 1000;
    private const int GreatestWidening = 64;

    public WideResNetArchitecture(int depth, int widening)
    {
        if (depth is < 10 or > GreatestDepth || depth % 6 != 4)
            throw new ArgumentOutOfRangeException(nameof(depth), depth, $"A WRN has 6n + 4 layers, 10 to {GreatestDepth}: 10, 16, 22, 28, 40, ...");
        if (widening is < 1 or > GreatestWidening)
            throw new ArgumentOutOfRangeException(nameof(widening), widening, $"The widening factor of a WRN is 1 to {GreatestWidening}.");
        (Depth, Widening) = (depth, widening);
    }

    public int Depth { get; }

    public int Widening { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"wrn_{Depth}_{Widening}");

    public override int DefaultImageSize => CifarFamily.ImageSize;

    public override int MinimumImageSize => 4;

    internal static Architecture? FromName(string name)
    {
        var match = Pattern().Match(name);
        return match.Success ? new WideResNetArchitecture(Number(match, "depth"), Number(match, "widening")) : null;
    }

    protected override Module<Tensor, Tensor> Create(int classes, int inputChannels, int imageSize) =>
        Initialised(new WideResNet(Depth, Widening, classes, inputChannels));

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Awrn_(?<depth>[1-9][0-9]{0,3})_(?<widening>[1-9][0-9]{0,3})\z")]
    private static partial Regex Pattern();
}
