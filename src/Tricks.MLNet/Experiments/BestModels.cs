using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tricks.MLNet.Interop;

namespace Tricks.MLNet.Experiments;

/// <summary>Keeps the model of each candidate's best trial on disk, so that memory holds none.</summary>
internal sealed class BestModels(IHostEnvironment environment, ComparisonOptions options, DataViewSchema schema)
{
    private readonly Dictionary<string, double> _best = [];

    /// <summary>Saves the model of a trial that is its candidate's best so far, in place of the one before.</summary>
    public TrialResult Keep(TrialResult trial, ITransformer model)
    {
        if (options.ModelFolder is not { } folder || trial.Rung > 0 || !IsBest(trial))
            return trial;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName(trial.Candidate));
        var unfinished = path + ".part";
        TrialContext.Create(environment, seed: 0).Model.Save(model, schema, unfinished);
        File.Move(unfinished, path, overwrite: true);
        return trial with { ModelPath = path };
    }

    /// <summary>Takes notice of a trial that an earlier run finished.</summary>
    public void Restore(TrialResult trial) => IsBest(trial);

    private bool IsBest(TrialResult trial)
    {
        var value = options.Metric.Of(trial) * options.Metric.Sign();
        if (_best.TryGetValue(trial.Candidate, out var best) && !(value > best))
            return false;
        _best[trial.Candidate] = value;
        return true;
    }

    /// <summary>Escaped, so that any two names are two files.</summary>
    private static string FileName(string candidate) => Uri.EscapeDataString(candidate) + ".zip";
}
