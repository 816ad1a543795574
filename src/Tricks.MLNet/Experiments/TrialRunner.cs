using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;

namespace Tricks.MLNet.Experiments;

/// <summary>Trains one candidate on some rows, evaluates it on others, and frees the model.</summary>
/// <param name="environment">The user's: device and temporary folder.</param>
/// <param name="data">Training rows.</param>
/// <param name="testSet">Test rows of splits that name none; null where all splits do.</param>
/// <param name="options">Of the comparison.</param>
internal sealed class TrialRunner(IHostEnvironment environment, LabelledRows data, LabelledRows? testSet, ComparisonOptions options)
{
    /// <summary>Runs a trial. Whatever goes wrong in it is its result.</summary>
    /// <param name="candidate">What is trained.</param>
    /// <param name="split">On which rows, with which seed.</param>
    /// <param name="rung">Of a search; 0 for a trial of the comparison.</param>
    /// <param name="keep">Called with a model that finished, before it is freed; may return the trial with the model's path.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled before it was finished.</exception>
    public TrialResult Run(
        TrainerCandidate candidate, DataSplit split, int rung, Func<TrialResult, ITransformer, TrialResult> keep, CancellationToken token)
    {
        var trial = new TrialResult
        {
            Candidate = candidate.Name,
            Configuration = candidate.Configuration,
            Description = candidate.Description,
            Rung = rung,
            Repeat = split.Repeat,
            Fold = split.Fold,
            Seed = (int)(((long)split.Seed + candidate.SeedOffset) & int.MaxValue), // at least 0, as MLContext takes it
            TrainingRows = split.Training?.Length ?? data.Labels.Count,
        };
        ITransformer? model = null;
        var clock = Stopwatch.StartNew();
        try
        {
            model = Train(candidate, trial.Seed, data.Subset(split.Training), token);
            var facts = ModelFacts.Of(model);
            if (facts.WasCancelled)
                throw new OperationCanceledException("The training was cut short.");
            trial = trial with
            {
                TrainingSeconds = clock.Elapsed.TotalSeconds,
                Epochs = facts.Epochs,
                Parameters = facts.Parameters,
                Curve = facts.Curve,
            };

            clock.Restart();
            var test = split.Test is null ? testSet! : data;
            trial = new Evaluator(test, options).Evaluate(model.Transform(test.Subset(split.Test)), split.Test, trial);
            return keep(trial with { ScoringSeconds = clock.Elapsed.TotalSeconds }, model);
        }
        catch (Exception e) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The trial of '{candidate.Name}' was cancelled.", e, token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return trial with { State = TrialState.Failed, Error = $"{e.GetType().Name}: {e.Message}", TrainingSeconds = clock.Elapsed.TotalSeconds };
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    private ITransformer Train(TrainerCandidate candidate, int seed, IDataView rows, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var context = TrialContext.Create(environment, seed);
        using var registration = TrialContext.CancelWith(context, token);
        return candidate.Create(context).Fit(rows);
    }
}
