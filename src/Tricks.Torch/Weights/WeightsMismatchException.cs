namespace Tricks.Torch.Weights;

/// <summary>Weights that do not fit a network: every missing, unexpected and misshapen entry at once.</summary>
public sealed class WeightsMismatchException : Exception
{
    private const int NamesShown = 10;

    internal WeightsMismatchException(
        IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen, string? source = null)
        : base(Describe(missing, unexpected, misshapen, source)) =>
        (Missing, Unexpected, Misshapen) = (missing, unexpected, misshapen);

    /// <summary>Names that the network has and the weights lack.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names that the weights have, some twice perhaps, and the network lacks.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names whose shape or kind of number differs, each with both.</summary>
    public IReadOnlyList<string> Misshapen { get; }

    private static string Describe(
        IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> misshapen, string? source) =>
        $"The weights{(source is null ? "" : $" of {source}")} do not fit the network; nothing was loaded."
        + Part("Missing", missing) + Part("Unexpected", unexpected) + Part("Misshapen", misshapen)
        + " Check the architecture, the number of classes and the input channels.";

    private static string Part(string title, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return "";
        var more = names.Count > NamesShown ? $", and {names.Count - NamesShown} more" : "";
        return $" {title} ({names.Count}): {string.Join(", ", names.Take(NamesShown))}{more}.";
    }
}
