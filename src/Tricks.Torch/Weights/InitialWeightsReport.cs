namespace Tricks.Torch.Weights;

/// <summary>What became of weights that were loaded into a network.</summary>
/// <param name="Source">Where they came from: a path, a name.</param>
/// <param name="Loaded">How many entries of the network got their values from there.</param>
/// <param name="Reset">Names of the classifier's entries that kept fresh values, since the number of classes differs.</param>
/// <param name="Summed">Names of convolutions whose weights for red, green and blue were summed for gray images.</param>
/// <param name="Ignored">Names of the weights that the network has no use for, such as an auxiliary classifier's.</param>
/// <param name="Notes">Sentences about anything else that was done on the way.</param>
public sealed record InitialWeightsReport(
    string Source,
    int Loaded,
    IReadOnlyList<string> Reset,
    IReadOnlyList<string> Summed,
    IReadOnlyList<string> Ignored,
    IReadOnlyList<string> Notes)
{
    /// <summary>One sentence for each thing that happened, the first of them for what was loaded.</summary>
    public IEnumerable<string> Sentences()
    {
        yield return $"Loaded {Loaded} entries from {Source}.";
        if (Reset.Count > 0)
            yield return $"The number of classes differs: {string.Join(", ", Reset)} begin afresh.";
        if (Summed.Count > 0)
            yield return $"The weights for red, green and blue were summed for gray images: {string.Join(", ", Summed)}.";
        if (Ignored.Count > 0)
            yield return $"{Ignored.Count} entries were not used: {string.Join(", ", Ignored.Take(5))}{(Ignored.Count > 5 ? ", ..." : "")}.";
        foreach (var note in Notes)
            yield return note;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" ", Sentences());
}
