using System.Globalization;
using System.Text.RegularExpressions;

namespace Tricks.Torch.Weights;

/// <summary>Names of Gluon's blocks (MXNet, GluonCV), as <c>save_parameters</c> writes them.</summary>
/// <remarks>
/// Everywhere: gamma is weight and beta is bias. GluonCV's ResNet v1b to v1d then have our names. The model zoo's ResNet v1
/// is numbered: features.0 and 1 are conv1 and bn1, features.4 to 7 the stages, body.0, 1, 3, 4, 6, 7 a block's conv1, bn1,
/// conv2, bn2, conv3, bn3, and output is fc. Its 1x1 convolutions have biases in front of a normalisation, which takes
/// them away again: the same function without them has running means that are lower by the bias.
/// </remarks>
internal static partial class GluonNames
{
    internal static List<NamedTensor> Translate(List<NamedTensor> weights, List<string> notes)
    {
        var renamed = WeightNames.Renamed(weights, name => Numbered(Suffix(name)), "Gluon's names were translated.", notes);
        return WithoutBiases(renamed, notes);
    }

    private static string Suffix(string name) => name.EndsWith(".gamma", StringComparison.Ordinal) ? name[..^"gamma".Length] + "weight"
        : name.EndsWith(".beta", StringComparison.Ordinal) ? name[..^"beta".Length] + "bias"
        : name;

    private static string Numbered(string name)
    {
        if (name.StartsWith("output.", StringComparison.Ordinal))
            return "fc." + name["output.".Length..];
        if (Stem().Match(name) is { Success: true } stem)
            return $"{(stem.Groups["layer"].Value == "0" ? "conv1" : "bn1")}.{stem.Groups["rest"].Value}";
        if (Block().Match(name) is not { Success: true } block)
            return name;
        var stage = Number(block, "stage") - 3;                 // features.4 is layer1
        var rest = block.Groups["rest"].Value;
        if (Body().Match(rest) is { Success: true } body)
        {
            var layer = Number(body, "layer");                  // 0, 1, (2: activation), 3, 4, (5), 6, 7
            rest = $"{(layer % 3 == 0 ? "conv" : "bn")}{(layer / 3) + 1}.{body.Groups["rest"].Value}";
        }

        return $"layer{stage}.{block.Groups["block"].Value}.{rest}";
    }

    /// <summary>BN(conv(x) + b) is BN(conv(x)) with running means that are lower by b, in training and in evaluation.</summary>
    private static List<NamedTensor> WithoutBiases(List<NamedTensor> weights, List<string> notes)
    {
        var biases = weights.Where(entry => ConvolutionBias().IsMatch(entry.Name)).ToDictionary(entry => NormOf(entry.Name), entry => entry.Tensor);
        if (biases.Count == 0)
            return weights;
        notes.Add($"{biases.Count} biases of convolutions went into the running means of the normalisations behind them.");
        return
        [
            .. weights.Where(entry => !ConvolutionBias().IsMatch(entry.Name))
                .Select(entry => biases.TryGetValue(entry.Name, out var bias) && bias.shape.AsSpan().SequenceEqual(entry.Tensor.shape)
                    ? entry with { Tensor = entry.Tensor - bias }
                    : entry),
        ];
    }

    /// <summary>layer1.0.conv3.bias goes to layer1.0.bn3.running_mean.</summary>
    private static string NormOf(string bias) => ConvolutionBias().Replace(bias, "$1bn$2.running_mean");

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^features\.(?<layer>[01])\.(?<rest>\w+)$")]
    private static partial Regex Stem();

    [GeneratedRegex(@"^features\.(?<stage>[4-7])\.(?<block>\d{1,3})\.(?<rest>.+)$")]
    private static partial Regex Block();

    [GeneratedRegex(@"^body\.(?<layer>[013467])\.(?<rest>\w+)$")]
    private static partial Regex Body();

    [GeneratedRegex(@"^(layer\d\.\d+\.)conv([123])\.bias$")]
    private static partial Regex ConvolutionBias();
}
