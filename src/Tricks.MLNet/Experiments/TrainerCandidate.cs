using Microsoft.ML;

namespace Tricks.MLNet.Experiments;

/// <summary>One of the things that are compared: a name, and how to get an untrained estimator for each trial.</summary>
/// <remarks>
/// <para>Any estimator whose model adds a Score column will do: <see cref="ConvNetTrainer"/>, ML.NET's own trainers, whole pipelines.</para>
/// <para>Prefer the factories. They are called once for each trial with an MLContext whose seed is the trial's, the same for all candidates,
/// and whose execution is cancelled with the comparison; a <see cref="ConvNetTrainer"/> without a seed of its own follows both. A ready-made
/// estimator keeps the seed it was made with, so its trials differ by their rows alone, and a running trial ends in its own time.</para>
/// <para><c>Func&lt;MLContext, TParameter, IEstimator&lt;ITransformer&gt;&gt;</c> is the shape that <c>Microsoft.ML.AutoML</c>'s
/// <c>SweepableEstimator</c> wraps.</para>
/// </remarks>
public sealed class TrainerCandidate
{
    private readonly Func<MLContext, IEstimator<ITransformer>> _factory;
    private readonly Lazy<string> _configuration;

    /// <summary>A candidate whose estimator is made for each trial.</summary>
    /// <param name="name">Unique in the comparison.</param>
    /// <param name="factory">Makes an untrained estimator from the context that it is given.</param>
    public TrainerCandidate(string name, Func<MLContext, IEstimator<ITransformer>> factory)
        : this(name, factory, null, null)
    {
    }

    /// <summary>A candidate that is trained again in each trial as it is.</summary>
    /// <param name="name">Unique in the comparison.</param>
    /// <param name="estimator">Untrained; it keeps the seed of the context that made it.</param>
    public TrainerCandidate(string name, IEstimator<ITransformer> estimator)
        : this(name, _ => estimator, null, null) => ArgumentNullException.ThrowIfNull(estimator);

    private TrainerCandidate(
        string name, Func<MLContext, IEstimator<ITransformer>> factory, string? configuration, CandidateSearch? search)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(factory);
        (Name, _factory, Search, Description) = (name, factory, search, configuration ?? "");
        _configuration = new Lazy<string>(Describe);
    }

    /// <summary>The name in the leaderboard.</summary>
    public string Name { get; }

    /// <summary>What a search drew for this candidate, such as "LearningRate = 0.31"; empty for others.</summary>
    public string Description { get; }

    /// <summary>Added to the seed of every trial. Default 0; another value compares a candidate with itself under other seeds.</summary>
    public int SeedOffset { get; init; }

    /// <summary>
    /// What tells this candidate from a changed one of the same name: the types of its estimators and the options that can be read from them.
    /// A comparison that is continued from a file runs the trials of a changed candidate again.
    /// </summary>
    public string Configuration => _configuration.Value;

    /// <summary>Null for a candidate that is compared as it is.</summary>
    internal CandidateSearch? Search { get; }

    /// <summary>A candidate made from a parameter, such as a recipe.</summary>
    /// <typeparam name="TParameter">Of the factory.</typeparam>
    /// <param name="name">Unique in the comparison.</param>
    /// <param name="parameter">Handed to the factory in each trial.</param>
    /// <param name="factory">Makes an untrained estimator.</param>
    public static TrainerCandidate Of<TParameter>(string name, TParameter parameter, Func<MLContext, TParameter, IEstimator<ITransformer>> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new TrainerCandidate(name, context => factory(context, parameter));
    }

    /// <summary>Searches a space; the best samples enter the comparison as candidates.</summary>
    /// <remarks>
    /// <para>Where the space names its <see cref="SearchSpace{TParameter}.Epochs"/>, by successive halving; otherwise by random search.
    /// Samples are chosen by the comparison's metric on rows split off the training data (a fifth of each class), under one seed that the
    /// comparison itself does not use.</para>
    /// <para>With a <see cref="ComparisonOptions.TestSet"/> the test rows take no part in the choice. With folds or repeated splits they are
    /// rows of the same data, and the winner's accuracy is a little too high.</para>
    /// </remarks>
    /// <typeparam name="TParameter">Of the space and the factory.</typeparam>
    /// <param name="name">Unique in the comparison; with several finalists they are called "name #1", "name #2", ...</param>
    /// <param name="space">What is searched.</param>
    /// <param name="factory">Makes an untrained estimator from a point of the space.</param>
    /// <param name="samples">Points that are drawn, at least 1.</param>
    /// <param name="finalists">Points that enter the comparison, 1 to <paramref name="samples"/>.</param>
    /// <param name="reductionFactor">Successive halving keeps one in so many, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static TrainerCandidate SearchOf<TParameter>(
        string name,
        SearchSpace<TParameter> space,
        Func<MLContext, TParameter, IEstimator<ITransformer>> factory,
        int samples = 9,
        int finalists = 1,
        int reductionFactor = 3)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(finalists, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(finalists, samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(reductionFactor, 2);

        var rungs = space.Range is { } range
            ? SuccessiveHalving.Rungs(samples, finalists, range.Minimum, range.Maximum, reductionFactor)
            : samples > finalists ? [new Rung(samples, null)] : [];
        return new TrainerCandidate(
            name,
            context => factory(context, space.Sample(0, 0).Parameter),
            null,
            new CandidateSearch(rungs, samples, finalists, (seed, sample, epochs) =>
            {
                var (parameter, description) = space.Sample(seed, sample);
                parameter = space.AtEpochs(parameter, epochs);
                return new TrainerCandidate(name, context => factory(context, parameter), description, null);
            }));
    }

    /// <summary>A new, untrained estimator.</summary>
    /// <param name="context">Gives seed, device and cancellation to a factory.</param>
    public IEstimator<ITransformer> Create(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _factory(context) ?? throw new InvalidOperationException($"The factory of the candidate '{Name}' returned null; it must return an estimator.");
    }

    /// <summary>The same candidate under another name.</summary>
    internal TrainerCandidate Named(string name, int seedOffset) => new(name, _factory, Description, Search) { SeedOffset = seedOffset };

    private string Describe()
    {
        try
        {
            return EstimatorDescription.Of(Create(new MLContext(seed: 0)));
        }
        catch (Exception e) // whatever a user's factory throws will be the failure of its trials
        {
            return $"fails: {e.GetType().Name}";
        }
    }
}
