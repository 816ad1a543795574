using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;
using Tricks.MLNet.Training;

namespace Tricks.MLNet.Experiments;

/// <summary>Runs the trials of a comparison: searches first, then every candidate on every split, split by split.</summary>
/// <remarks>Split by split, so that a comparison that ends early has about as many trials of each candidate, and pairs to compare.</remarks>
internal sealed class ComparisonRun : IDisposable
{
    private readonly ComparisonOptions _options;
    private readonly LabelledRows _data;
    private readonly LabelledRows? _testSet;
    private readonly TrialRunner _runner;
    private readonly ResultFile? _file;
    private readonly IReadOnlyList<DataSplit> _splits;
    private readonly DataSplit _searchSplit;
    private readonly long _seed;
    private readonly HostLog _log;
    private readonly BestModels _models;
    private readonly EnvironmentCancellation _cancellation;
    private readonly CancellationTokenSource _time = new();
    private readonly CancellationTokenSource _token;
    private readonly List<TrialResult> _trials = [];
    private readonly SortedSet<string> _notes = new(StringComparer.Ordinal);
    private int _begun;
    private int _planned;
    private int _run;
    private int _epochs;

    /// <summary>Reads the labels and opens the file.</summary>
    public ComparisonRun(IHostEnvironment environment, IDataView data, ComparisonOptions options)
    {
        _options = options;
        _seed = options.Seed ?? EnvironmentFacts.Of(environment).Seed ?? 0;
        _log = new HostLog(environment, "CompareTrainers");
        _data = LabelledRows.Read(data, options.LabelColumnName, "data");
        RefuseSingleRows(_data);
        _testSet = options.TestSet is null ? null : LabelledRows.Read(options.TestSet, options.LabelColumnName, "test set").WithClassesOf(_data);
        _splits = DataSplit.Of(_data.Labels, options, _seed);
        _searchSplit = DataSplit.OfSearch(_data.Labels, _seed);
        _runner = new TrialRunner(environment, _data, _testSet, options);
        _models = new BestModels(environment, options, data.Schema);
        _file = options.ResultsPath is null ? null : ResultFile.Open(options.ResultsPath, ComparisonHeader.Of(_data, _testSet, options, _seed));
        _cancellation = new EnvironmentCancellation(environment, options.CancellationToken);
        _token = CancellationTokenSource.CreateLinkedTokenSource(_cancellation.Token, _time.Token);
        if (options.TimeBudget is { } budget)
            _time.CancelAfter(budget);
    }

    /// <summary>Runs what the file does not hold yet.</summary>
    public TrainerComparison Run(IReadOnlyList<TrainerCandidate> candidates)
    {
        var finalists = candidates.Sum(c => c.Search?.Finalists ?? 1);
        _planned = (finalists * _splits.Count) + candidates.Sum(c => c.Search?.Rungs.Sum(r => r.Samples) ?? 0);
        var compared = new List<TrainerCandidate>();
        var end = ComparisonEnd.Finished;
        try
        {
            foreach (var candidate in candidates)
                compared.AddRange(candidate.Search is null ? [candidate] : Search(candidate));
            foreach (var split in _splits)
            {
                foreach (var candidate in compared)
                    Trial(candidate, split, rung: 0);
            }
        }
        catch (BudgetException e)
        {
            end = e.End;
        }
        catch (OperationCanceledException)
        {
            end = _cancellation.Token.IsCancellationRequested ? ComparisonEnd.Cancelled : ComparisonEnd.TimeBudget;
        }

        if (end != ComparisonEnd.Finished)
            _log.Warning("Comparison", $"ended early: {end}");
        foreach (var candidate in candidates.Where(c => c.Search is not null && !compared.Exists(other => IsOf(other, c))))
            _notes.Add($"The search '{candidate.Name}' was not finished; it has no finalist in the comparison.");
        return new TrainerComparison(_options, _data, _testSet, _splits, compared, _trials, end, [.. _notes]);

        static bool IsOf(TrainerCandidate finalist, TrainerCandidate search) =>
            finalist.Name == search.Name || finalist.Name.StartsWith(search.Name + " #", StringComparison.Ordinal);
    }

    /// <summary>Runs the rungs of a search and returns its finalists.</summary>
    private List<TrainerCandidate> Search(TrainerCandidate candidate)
    {
        var search = candidate.Search!;
        var left = Enumerable.Range(0, search.Samples).ToList();
        foreach (var (i, rung) in search.Rungs.Index())
        {
            var values = new Dictionary<int, double>();
            foreach (var sample in left.Take(rung.Samples))
            {
                var sampled = search.Sample(_seed, sample, rung.Epochs).Named($"{candidate.Name} sample {sample + 1}", candidate.SeedOffset);
                var trial = Trial(sampled, _searchSplit, i + 1);
                var value = trial.State == TrialState.Completed ? _options.Metric.Of(trial) * _options.Metric.Sign() : double.NaN;
                values[sample] = double.IsNaN(value) ? double.NegativeInfinity : value;
            }

            left = [.. values.OrderByDescending(v => v.Value).ThenBy(v => v.Key).Select(v => v.Key)];
        }

        return [.. left.Take(search.Finalists).Select((sample, i) => search.Sample(_seed, sample, null)
            .Named(search.Finalists == 1 ? candidate.Name : $"{candidate.Name} #{i + 1}", candidate.SeedOffset))];
    }

    private TrialResult Trial(TrainerCandidate candidate, DataSplit split, int rung)
    {
        _begun++;
        if (Restored(candidate, split, rung) is { } restored)
        {
            Add(restored, TrialEvent.Restored);
            return restored;
        }

        CheckBudgets();
        _options.Progress?.Report(new TrialProgress(TrialEvent.Running, candidate.Name, _begun, _planned, null, false));
        var trial = _runner.Run(candidate, split, rung, _models.Keep, _token.Token);
        _run++;
        _epochs += trial.Epochs ?? 0;
        _file?.Append(trial);
        Log(trial);
        Add(trial, trial.State == TrialState.Completed ? TrialEvent.Completed : TrialEvent.Failed);
        return trial;
    }

    /// <summary>The newest finished result of the same trial that the file holds; failed trials are tried again.</summary>
    private TrialResult? Restored(TrainerCandidate candidate, DataSplit split, int rung)
    {
        var same = (_file?.Results ?? []).Where(t =>
            t.State == TrialState.Completed && (t.Candidate, t.Rung, t.Repeat, t.Fold) == (candidate.Name, rung, split.Repeat, split.Fold)).ToList();
        var seed = (int)(((long)split.Seed + candidate.SeedOffset) & int.MaxValue);
        var unchanged = same.LastOrDefault(t => t.Configuration == candidate.Configuration && t.Seed == seed && t.Description == candidate.Description);
        if (unchanged is null && same.Count > 0)
            _notes.Add($"'{candidate.Name}' was changed since '{Path.GetFileName(_options.ResultsPath)}' was written; its earlier trials are left out and were run again.");
        if (unchanged is not null)
            _models.Restore(unchanged);
        return unchanged;
    }

    private void CheckBudgets()
    {
        _token.Token.ThrowIfCancellationRequested();
        if (_run >= _options.TrialBudget)
            throw new BudgetException(ComparisonEnd.TrialBudget);
        if (_epochs >= _options.EpochBudget)
            throw new BudgetException(ComparisonEnd.EpochBudget);
    }

    private void Add(TrialResult trial, TrialEvent what)
    {
        var value = trial.State == TrialState.Completed ? _options.Metric.Of(trial) : double.NaN;
        var isBest = trial.Rung == 0 && !double.IsNaN(value) && _trials.All(t =>
            t.Rung > 0 || t.State == TrialState.Failed || !((_options.Metric.Of(t) - value) * _options.Metric.Sign() >= 0));
        if (trial.ModelPath is not null) // it took the place of the candidate's model before
        {
            for (var i = 0; i < _trials.Count; i++)
                _trials[i] = _trials[i].Candidate == trial.Candidate ? _trials[i] with { ModelPath = null } : _trials[i];
        }

        _trials.Add(trial);
        _options.Progress?.Report(new TrialProgress(what, trial.Candidate, _begun, _planned, trial, isBest));
    }

    private void Log(TrialResult trial)
    {
        var name = $"{trial.Candidate}, {(trial.Rung > 0 ? $"rung {trial.Rung}" : $"repeat {trial.Repeat + 1}, fold {trial.Fold + 1}")}";
        if (trial.State == TrialState.Failed)
            _log.Warning("Comparison", $"{name} failed: {trial.Error}");
        else
            _log.Info("Comparison", $"{name}: {_options.Metric.Name(_options.TopK)} {_options.Metric.Text(_options.Metric.Of(trial))}");
    }

    private static void RefuseSingleRows(LabelledRows data)
    {
        var counts = data.Labels.CountBy(label => label).ToDictionary();
        if (counts.Count < 2)
            throw new ArgumentException($"All {data.Labels.Count} rows are of the class '{data.ClassNames[data.Labels[0]]}'; a comparison needs at least 2 classes. Check the label column.");
        foreach (var (label, count) in counts)
        {
            if (count < 2)
                throw new ArgumentException($"The class '{data.ClassNames[label]}' has 1 row; at least 2 are needed, one to learn from and one to test. Add rows of the class, or take it out.");
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _token.Dispose();
        _time.Dispose();
        _cancellation.Dispose();
    }

    private sealed class BudgetException(ComparisonEnd end) : Exception
    {
        public ComparisonEnd End => end;
    }
}
