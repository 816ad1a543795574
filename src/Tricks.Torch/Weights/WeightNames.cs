using System.Text.RegularExpressions;

namespace Tricks.Torch.Weights;

/// <summary>Weights under the names that our networks have, which are torchvision's and timm's.</summary>
/// <param name="Tensors">Some may be new; they belong to the current dispose scope.</param>
/// <param name="Notes">A sentence for each translation.</param>
internal sealed record TranslatedWeights(IReadOnlyList<NamedTensor> Tensors, IReadOnlyList<string> Notes);

/// <summary>The names of other libraries, and of older files, in ours; docs/weights.md has the table.</summary>
internal static partial class WeightNames
{
    /// <summary>What wrappers put before every name: DataParallel, torch.compile.</summary>
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    internal static TranslatedWeights Translate(IReadOnlyList<NamedTensor> weights, IReadOnlyList<NamedTensor> targets)
    {
        List<string> notes = [];
        var wanted = targets.Select(target => target.Name).ToHashSet();
        var named = WithoutPrefixes(weights, wanted, notes);
        if (named.Any(entry => DenseNet().IsMatch(entry.Name) && !wanted.Contains(entry.Name)))
            named = Renamed(named, name => DenseNet().Replace(name, "$1$2"), "Names of torchvision's older DenseNet files were translated.", notes);
        if (named.Any(entry => entry.Name.EndsWith(".gamma", StringComparison.Ordinal)))
            named = GluonNames.Translate(named, notes);
        return new TranslatedWeights(named, notes);
    }

    internal static List<NamedTensor> Renamed(IEnumerable<NamedTensor> weights, Func<string, string> rename, string note, List<string> notes)
    {
        notes.Add(note);
        return [.. weights.Select(entry => entry with { Name = rename(entry.Name) })];
    }

    private static List<NamedTensor> WithoutPrefixes(IReadOnlyList<NamedTensor> weights, HashSet<string> wanted, List<string> notes)
    {
        List<NamedTensor> named = [.. weights];
        while (named.Count > 0 && Prefixes.FirstOrDefault(prefix => AllHave(named, prefix)) is { } prefix && !wanted.Contains(named[0].Name))
            named = Renamed(named, name => name[prefix.Length..], $"The prefix '{prefix}' was taken off every name.", notes);
        return named;
    }

    private static bool AllHave(List<NamedTensor> weights, string prefix) =>
        weights.TrueForAll(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>denselayer1.norm.1 stands for denselayer1.norm1: module names had dots before PyTorch 0.4.</summary>
    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|conv))\.([12]\.(?:weight|bias|running_mean|running_var))$")]
    private static partial Regex DenseNet();
}
