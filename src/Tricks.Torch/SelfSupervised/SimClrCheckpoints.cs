using System.Globalization;
using Tricks.Torch.Data;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>A pretraining and its checkpoints: encoder, head and optimizer after each epoch, and whether a saved pretraining is this one.</summary>
/// <remarks>Every draw is a function of (seed, epoch, image, view), so seed and epoch are all the state that randomness has.</remarks>
internal sealed class SimClrCheckpoints
{
    private const string NetworkPrefix = "network.";
    private const string OptimizerPrefix = "optimizer.";
    private const string Rows = "rows";

    private readonly CheckpointFolder _folder;
    private readonly SimClrNetwork _network;
    private readonly SimClrStep _step;
    private readonly IImageSource _images;
    private readonly SimClrLoopOptions _options;
    private readonly SortedDictionary<string, string> _facts;
    private long[]? _rows;

    /// <summary>Takes the first weights as a fact of the pretraining.</summary>
    public SimClrCheckpoints(CheckpointFolder folder, SimClrNetwork network, SimClrStep step, IImageSource images, SimClrLoopOptions options)
    {
        (_folder, _network, _step, _images, _options) = (folder, network, step, images, options);
        _facts = new SortedDictionary<string, string>(folder.Options.Facts.ToDictionary(), StringComparer.Ordinal)
        {
            ["Kind"] = "SimCLR",
            ["Seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["First weights of the encoder"] = TrainingFacts.HashOf(network.Encoder),
        };
        TrainingFacts.AddOptions(_facts, "Recipe", options.Recipe);
        TrainingFacts.AddOptions(_facts, "Preprocessing", options.Preprocessing);
    }

    /// <summary>Continues from the newest checkpoint, if the folder has one; returns the finished epochs.</summary>
    /// <exception cref="CheckpointException">It is another pretraining's; every difference is named.</exception>
    public int Resume(CancellationToken cancellationToken)
    {
        _rows = DatasetFingerprint.Of(new ImageDataset(_images, new int[_images.Count], ["none"]), _options.Workers, cancellationToken);
        if (_folder.Newest() is not { } newest)
            return 0;
        using var content = newest.Content;
        RefuseOther(newest.State, content.Tensors);
        foreach (var (name, target) in _network.State())
            Copy(Find(content.Tensors, NetworkPrefix + name), target);
        _step.Optimizer.LoadState(content.Tensors.Where(entry => entry.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
            .Select(entry => (entry.Name[OptimizerPrefix.Length..], entry.Tensor)));
        _folder.Options.Log?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"Resumed after {newest.State.StepInEpoch} of {_options.Recipe.Epochs} epochs from '{_folder.Options.Folder}'."));
        return newest.State.StepInEpoch;
    }

    /// <summary>Saves after an epoch.</summary>
    /// <param name="epochs">Finished epochs.</param>
    /// <param name="steps">Steps taken.</param>
    /// <exception cref="CheckpointException">The disk did not take it; older checkpoints are as they were.</exception>
    public void Save(int epochs, long steps)
    {
        using var scope = NewDisposeScope();
        _folder.Add(
            new CheckpointState
            {
                FormatVersion = CheckpointState.CurrentFormatVersion,
                Facts = _facts,
                Conditions = TrainingFacts.Conditions(_options.Device),
                Step = steps,
                StepInEpoch = epochs, // a pretraining is saved between epochs only
                LossSum = 0,
                TrainingTime = TimeSpan.Zero,
                Epochs = [],
                BestEpoch = 0,
                NormSums = [],
            },
            [
                .. _network.State().Select(entry => entry with { Name = NetworkPrefix + entry.Name }),
                .. _step.Optimizer.State.Select(entry => new NamedTensor(OptimizerPrefix + entry.Name, entry.Value)),
                new NamedTensor(Rows, tensor(_rows!)),
            ]);
    }

    private void RefuseOther(CheckpointState checkpoint, IReadOnlyList<NamedTensor> tensors)
    {
        List<string> differences = [.. TrainingFacts.Differences(checkpoint.Facts, _facts).Select(difference => difference.Sentence)];
        if (differences.Count == 0 && !Find(tensors, Rows).data<long>().ToArray().AsSpan().SequenceEqual(_rows))
            differences.Add("the images have another number, content or order");
        if (differences.Count > 0)
        {
            throw new CheckpointException(
                $"The checkpoints in '{_folder.Options.Folder}' belong to another training: {TrainingFacts.List(differences)}. "
                + "Give the old values back to continue that training, or name another CheckpointFolder (or empty this one) to begin a new one.");
        }
    }

    private static Tensor Find(IReadOnlyList<NamedTensor> tensors, string name) => tensors.Single(entry => entry.Name == name).Tensor;

    private static void Copy(Tensor source, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        target.copy_(source);
    }
}
