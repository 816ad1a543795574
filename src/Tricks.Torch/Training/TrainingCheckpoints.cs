using System.Diagnostics;
using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>One training and its checkpoints: which tensors are saved, when, and whether a saved training is this one.</summary>
/// <remarks>
/// Every draw is a function of (seed, epoch, row) or (seed, step), so seed and step are all the state that randomness has.
/// </remarks>
internal sealed class TrainingCheckpoints
{
    private const string NetworkPrefix = "network.";
    private const string BestPrefix = "best.";
    private const string StepPrefix = "step.";
    private const string TrainingRows = "rows.training";
    private const string ValidationRows = "rows.validation";

    private readonly CheckpointFolder _folder;
    private readonly Module<Tensor, Tensor> _network;
    private readonly TrainingLoopOptions _options;
    private readonly (ImageDataset Training, ImageDataset? Validation) _data;
    private readonly SortedDictionary<string, string> _facts;
    private readonly Stopwatch _sinceSave = Stopwatch.StartNew();
    private (long[] Training, long[] Validation)? _rows;
    private (int Epochs, int StepInEpoch) _saved = (0, 0);

    /// <summary>Takes the network's first weights as a fact of the training.</summary>
    public TrainingCheckpoints(
        CheckpointFolder folder, Module<Tensor, Tensor> network, ImageDataset training, ImageDataset? validation, TrainingLoopOptions options)
    {
        (_folder, _network, _data, _options) = (folder, network, (training, validation), options);
        _facts = TrainingFacts.Of(options, training.ClassNames, network, folder.Options.Facts);
    }

    /// <summary>Continues from the newest checkpoint, if the folder has one.</summary>
    /// <exception cref="CheckpointException">It is another training's; every difference is named.</exception>
    public void Resume(TrainingState state, BestWeights best, TrainingStep step, NormRecorder? norms, int stepsPerEpoch, CancellationToken cancellationToken)
    {
        _ = Rows(cancellationToken); // before the first step: reading may fail, and must not fail at the first save
        if (_folder.Newest() is not { } newest)
            return;
        using var content = newest.Content;
        var checkpoint = newest.State;
        RefuseOther(checkpoint, content, stepsPerEpoch, cancellationToken);

        StateDict.Load(_network, Under(content, NetworkPrefix));
        step.LoadState(Under(content, StepPrefix).Select(entry => (entry.Name, entry.Tensor)));
        if (checkpoint.BestEpoch > 0)
            best.Load(checkpoint.BestEpoch, checkpoint.Epochs[checkpoint.BestEpoch - 1].Validation, Under(content, BestPrefix));
        norms?.Sums = checkpoint.NormSums;
        state.Load(checkpoint);
        _saved = (state.Epochs.Count, state.StepInEpoch);
        _folder.Options.Log?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"Resumed at step {checkpoint.Step} ({checkpoint.Epochs.Count} of {_options.Recipe.Epochs} epochs are finished) from '{_folder.Options.Folder}'."));
        if (TrainingFacts.Differences(checkpoint.Conditions, TrainingFacts.Conditions(_options.Device)) is { Count: > 0 } differences)
        {
            _folder.Options.Log?.Invoke(
                $"{TrainingFacts.List([.. differences.Select(d => d.Sentence)])}: the result will be as good, but not bit for bit that of an unbroken training.");
        }
    }

    /// <summary>Saves after a step inside an epoch, if the options want it now.</summary>
    public void SaveIfDue(TrainingState state, BestWeights best, TrainingStep step, NormRecorder? norms, long steps)
    {
        if (steps % _folder.Options.EverySteps == 0 || _sinceSave.Elapsed >= _folder.Options.Every)
            Save(state, best, step, norms, steps);
    }

    /// <summary>Saves, unless this very state has been saved.</summary>
    /// <exception cref="CheckpointException">A value is not finite, or the disk did not take it; older checkpoints are as they were.</exception>
    public void Save(TrainingState state, BestWeights best, TrainingStep step, NormRecorder? norms, long steps)
    {
        if (_saved == (state.Epochs.Count, state.StepInEpoch))
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var rows = Rows(CancellationToken.None);
        List<NamedTensor> tensors =
        [
            .. StateDict.Of(_network).Select(entry => entry with { Name = NetworkPrefix + entry.Name }),
            .. step.State.Select(entry => new NamedTensor(StepPrefix + entry.Name, entry.Value)),
            .. best.Copies.Select(entry => new NamedTensor(BestPrefix + entry.Key, entry.Value)),
        ];
        RefuseNonFinite(tensors, steps);
        tensors.Add(new NamedTensor(TrainingRows, tensor(rows.Training)));
        tensors.Add(new NamedTensor(ValidationRows, tensor(rows.Validation)));
        _folder.Add(
            new CheckpointState
            {
                FormatVersion = CheckpointState.CurrentFormatVersion,
                Facts = _facts,
                Conditions = TrainingFacts.Conditions(_options.Device),
                Step = steps,
                StepInEpoch = state.StepInEpoch,
                LossSum = state.LossSum,
                TrainingTime = state.TrainingTime,
                Epochs = state.Epochs,
                BestEpoch = best.Epoch,
                NormSums = norms?.Sums.ToDictionary() ?? [],
            },
            tensors);
        _saved = (state.Epochs.Count, state.StepInEpoch);
        _sinceSave.Restart();
    }

    private void RefuseNonFinite(List<NamedTensor> tensors, long steps)
    {
        foreach (var (name, value) in tensors)
        {
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            {
                throw new CheckpointException(
                    $"The checkpoint of step {steps} was not written, because {name} is not finite: the training has diverged. {_folder.LastGood()} "
                    + "Lower LearningRate or raise WarmupEpochs, with another CheckpointFolder.");
            }
        }
    }

    private void RefuseOther(CheckpointState checkpoint, SafetensorsContent content, int stepsPerEpoch, CancellationToken cancellationToken)
    {
        var differences = TrainingFacts.Differences(checkpoint.Facts, _facts).ToList();
        var restart = _folder.Options.ContinueWithMoreEpochs && int.Parse(checkpoint.Facts[TrainingFacts.Epochs], CultureInfo.InvariantCulture) < _options.Recipe.Epochs;
        var onlyMoreEpochs = differences is [{ Name: TrainingFacts.Epochs }];
        if (restart)
            differences.RemoveAll(difference => difference.Name == TrainingFacts.Epochs);
        var rows = Rows(cancellationToken);
        List<string> sentences =
        [
            .. differences.Select(difference => difference.Sentence),
            .. RowDifferences("training", _data.Training, Numbers(content, TrainingRows), rows.Training),
            .. RowDifferences("validation", _data.Validation, Numbers(content, ValidationRows), rows.Validation),
        ];
        if (sentences.Count > 0)
        {
            throw new CheckpointException(
                $"The checkpoints in '{_folder.Options.Folder}' belong to another training: {TrainingFacts.List(sentences)}. "
                + (onlyMoreEpochs && sentences.Count == 1 ? "To train on to more epochs, set ContinueWithMoreEpochs. " : "")
                + "Give the old values back to continue that training, or name another CheckpointFolder (or empty this one) to begin a new one.");
        }

        if (restart)
            ReportRestart(checkpoint, stepsPerEpoch);
    }

    private void ReportRestart(CheckpointState checkpoint, int stepsPerEpoch)
    {
        var before = int.Parse(checkpoint.Facts[TrainingFacts.Epochs], CultureInfo.InvariantCulture);
        var now = _options.Recipe.Epochs;
        var (oldRate, newRate) = (
            (_options.Recipe with { Epochs = before }).LearningRateSchedule(stepsPerEpoch).At(checkpoint.Step),
            _options.Recipe.LearningRateSchedule(stepsPerEpoch).At(checkpoint.Step));
        _folder.Options.Log?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Warm restart: the training was begun for {before} epochs and goes on to {now}. From step {checkpoint.Step} on the learning rate follows the schedule of {now} epochs: "
            + $"{newRate:g6} at that step instead of {oldRate:g6}. The steps before are not repeated, so the result is not that of a training begun for {now} epochs."));
    }

    private static IEnumerable<string> RowDifferences(string what, ImageDataset? data, long[] before, long[] now)
    {
        var common = Math.Min(before.Length, now.Length);
        var changed = Enumerable.Range(0, common).Where(row => before[row] != now[row]).ToList();
        if (before.Length != now.Length)
            yield return $"the number of {what} images was {before.Length} and is {now.Length}";
        if (changed.Count > 0)
            yield return $"{changed.Count} of {common} {what} images have another content, label or place, first row {changed[0]} ({data!.NameOf(changed[0])})";
    }

    private (long[] Training, long[] Validation) Rows(CancellationToken cancellationToken) => _rows ??= (
        DatasetFingerprint.Of(_data.Training, _options.Workers, cancellationToken),
        _data.Validation is { } validation ? DatasetFingerprint.Of(validation, _options.Workers, cancellationToken) : []);

    private static long[] Numbers(SafetensorsContent content, string name) =>
        content.Tensors.Single(entry => entry.Name == name).Tensor.data<long>().ToArray();

    private static List<NamedTensor> Under(SafetensorsContent content, string prefix) =>
    [
        .. content.Tensors.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => entry with { Name = entry.Name[prefix.Length..] }),
    ];
}
