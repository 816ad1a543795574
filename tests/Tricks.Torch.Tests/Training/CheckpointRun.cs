using System.Text.Json.Nodes;
using Tricks.Torch.Data;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Tests.Training;

/// <summary>Trainings on stripes with checkpoints in a folder that vanishes with this object.</summary>
internal sealed class CheckpointRun : IDisposable
{
    private static readonly string[] Times = ["trainingTime", "validationTime", "imagesPerSecond"];

    private readonly string _root = Directory.CreateTempSubdirectory("tricks-checkpoints-").FullName;

    /// <summary>The folder of the checkpoints.</summary>
    public string Folder => Path.Combine(_root, "run");

    /// <summary>What the training said.</summary>
    public List<string> Log { get; } = [];

    public CheckpointOptions Options => new() { Folder = Folder, EverySteps = 1, Keep = 100, Log = Log.Add };

    /// <summary>Trains, or goes on training, on 48 images; the network ends with the best weights.</summary>
    public (float[] Weights, TrainingResult Result) Train(
        TrainingLoopOptions options, CheckpointOptions? checkpoints = null, ImageDataset? training = null, ImageDataset? validation = null,
        Func<Module<Tensor, Tensor>>? build = null, Action<EpochResult, Module<Tensor, Tensor>>? progress = null, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        using var folder = new CheckpointFolder(checkpoints ?? Options);
        using var network = build is null ? Stripes.Network(options.Recipe.ZeroGamma) : build();
        using var loop = new TrainingLoop(network, training ?? Stripes.Images(48), validation ?? Stripes.Images(12, 1000), options, folder);
        var result = loop.Run(new Reports(epoch => progress?.Invoke(epoch, network)), cancel);
        return (Stripes.Weights(network), result);
    }

    /// <summary>The checkpoints' paths, oldest first.</summary>
    public string[] Files() => [.. Directory.GetFiles(Folder, "*.safetensors").Order(StringComparer.Ordinal)];

    /// <summary>A run whose folder has only one of this one's checkpoints: what a crash after it would leave.</summary>
    public CheckpointRun CrashedAfter(string file)
    {
        var crashed = new CheckpointRun();
        Directory.CreateDirectory(crashed.Folder);
        File.Copy(file, Path.Combine(crashed.Folder, Path.GetFileName(file)));
        return crashed;
    }

    /// <summary>Every tensor and the whole state of the newest checkpoint as text, without times.</summary>
    public string Newest()
    {
        using var content = Safetensors.Read(File.ReadAllBytes(Files()[^1]));
        var state = JsonNode.Parse(content.Metadata["tricks.checkpoint"])!.AsObject();
        foreach (var part in state["epochs"]!.AsArray().Append(state))
        {
            foreach (var time in Times)
                part!.AsObject().Remove(time);
        }

        var tensors = content.Tensors.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => $"{entry.Name} {Convert.ToHexString(entry.Tensor.bytes)}");
        return string.Join('\n', tensors.Append(state.ToJsonString()));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private sealed class Reports(Action<EpochResult> then) : IProgress<EpochResult>
    {
        public void Report(EpochResult value) => then(value);
    }
}
