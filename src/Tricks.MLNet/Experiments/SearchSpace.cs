using System.Globalization;
using Tricks.Torch.Runtime;

namespace Tricks.MLNet.Experiments;

/// <summary>The settings among which a search looks for the best, over any parameter that can be copied with a change, such as a recipe.</summary>
/// <remarks>
/// Immutable: each method returns a larger space.
/// <c>new SearchSpace&lt;TrainingRecipe&gt;(TrainingRecipe.ShortBagOfTricks).LogUniform("LearningRate", 0.01, 1, (r, v) => r with { LearningRate = v })</c>.
/// Settings are drawn independently of each other, each sample as a function of (seed, sample).
/// </remarks>
/// <typeparam name="TParameter">What a candidate is built from.</typeparam>
public sealed class SearchSpace<TParameter>
{
    private readonly TParameter _start;
    private readonly IReadOnlyList<Setting> _settings;
    private readonly EpochRange? _epochs;

    /// <summary>A space of one point.</summary>
    /// <param name="start">Gives all that is not searched.</param>
    public SearchSpace(TParameter start)
        : this(start, [], null)
    {
    }

    private SearchSpace(TParameter start, IReadOnlyList<Setting> settings, EpochRange? epochs) =>
        (_start, _settings, _epochs) = (start, settings, epochs);

    /// <summary>The range of epochs for successive halving; null for random search.</summary>
    internal EpochRange? Range => _epochs;

    /// <summary>Adds a setting that is drawn uniformly from [low, high).</summary>
    /// <param name="name">For reports.</param>
    /// <param name="low">A finite number.</param>
    /// <param name="high">A finite number of at least <paramref name="low"/>.</param>
    /// <param name="set">Returns a changed copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not finite.</exception>
    public SearchSpace<TParameter> Uniform(string name, double low, double high, Func<TParameter, double, TParameter> set)
    {
        if (!(double.IsFinite(low) && double.IsFinite(high) && low <= high))
            throw new ArgumentOutOfRangeException(nameof(high), high, $"The range of {name} is {Text(low)} to {Text(high)}; it must be finite and not empty.");
        return With(name, random => random.NextDouble(low, high), set);
    }

    /// <summary>Adds a setting whose logarithm is drawn uniformly: for rates, where 0.01 to 0.1 is as wide as 0.1 to 1.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="low">Greater than 0.</param>
    /// <param name="high">A finite number of at least <paramref name="low"/>.</param>
    /// <param name="set">Returns a changed copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, not finite or not above 0.</exception>
    public SearchSpace<TParameter> LogUniform(string name, double low, double high, Func<TParameter, double, TParameter> set)
    {
        if (!(low > 0 && double.IsFinite(high) && low <= high))
            throw new ArgumentOutOfRangeException(nameof(low), low, $"The range of {name} is {Text(low)} to {Text(high)}; it must be finite, not empty and above 0.");
        return With(name, random => Math.Exp(random.NextDouble(Math.Log(low), Math.Log(high))), set);
    }

    /// <summary>Adds a setting that is one of several values, each equally likely.</summary>
    /// <typeparam name="TValue">Of the setting.</typeparam>
    /// <param name="name">For reports.</param>
    /// <param name="values">At least one.</param>
    /// <param name="set">Returns a changed copy.</param>
    /// <exception cref="ArgumentException">No values.</exception>
    public SearchSpace<TParameter> Choice<TValue>(string name, IReadOnlyList<TValue> values, Func<TParameter, TValue, TParameter> set)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException($"{name} has no values to choose from; give at least one.", nameof(values));
        return With(name, random => values[random.NextInt32(values.Count)], set);
    }

    /// <summary>Names the epochs as the resource of successive halving: poor samples get few of them.</summary>
    /// <param name="minimum">Epochs of the first rung, at least 1.</param>
    /// <param name="maximum">Epochs of a full training, at least <paramref name="minimum"/>.</param>
    /// <param name="set">Returns a copy that trains so many epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or below 1.</exception>
    public SearchSpace<TParameter> Epochs(int minimum, int maximum, Func<TParameter, int, TParameter> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (minimum < 1 || maximum < minimum)
            throw new ArgumentOutOfRangeException(nameof(minimum), minimum, $"The epochs are {minimum} to {maximum}; they must be at least 1 and the range not empty.");
        return new SearchSpace<TParameter>(_start, _settings, new EpochRange(minimum, maximum, set));
    }

    /// <summary>Draws one point of the space, a function of (seed, sample).</summary>
    /// <param name="seed">Of the search.</param>
    /// <param name="sample">0, 1, ...</param>
    /// <returns>The parameter, at full epochs, and what was drawn: "LearningRate = 0.31, LabelSmoothing = 0.05".</returns>
    public (TParameter Parameter, string Description) Sample(long seed, int sample)
    {
        var random = SeededRandom.For(seed, RandomPurpose.Search, sample);
        var parameter = _start;
        var drawn = new List<string>();
        foreach (var setting in _settings)
        {
            (parameter, var text) = setting.Draw(parameter, random);
            drawn.Add($"{setting.Name} = {text}");
        }

        return (AtEpochs(parameter, _epochs?.Maximum), string.Join(", ", drawn));
    }

    /// <summary>The same point with another number of epochs; null leaves them.</summary>
    internal TParameter AtEpochs(TParameter parameter, int? epochs) =>
        epochs is { } number && _epochs is not null ? _epochs.Set(parameter, number) : parameter;

    private SearchSpace<TParameter> With<TValue>(string name, Func<SeededRandom, TValue> draw, Func<TParameter, TValue, TParameter> set)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(set);
        var setting = new Setting(name, (parameter, random) =>
        {
            var value = draw(random);
            return (set(parameter, value), Text(value));
        });
        return new SearchSpace<TParameter>(_start, [.. _settings, setting], _epochs);
    }

    private static string Text<TValue>(TValue value) => value is double number
        ? number.ToString("g4", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";

    internal sealed record EpochRange(int Minimum, int Maximum, Func<TParameter, int, TParameter> Set);

    private sealed record Setting(string Name, Func<TParameter, SeededRandom, (TParameter, string)> Draw);
}
