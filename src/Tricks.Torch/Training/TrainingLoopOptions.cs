using TorchSharp;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.Training;

/// <summary>What a training needs besides network and data.</summary>
public sealed record TrainingLoopOptions
{
    /// <summary>How the network is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>What the network expects of an image.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>All random draws are a function of it. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Where the network is. Default the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>k of the top-k accuracy. At least 1, default 5; at most the number of classes is used.</summary>
    public int TopK { get; init; } = 5;

    /// <summary>Threads that decode and augment; null (the default) takes the number of processors.</summary>
    public int? Workers { get; init; }

    /// <summary>Trained networks that the network learns from besides the labels (BoT §5.3); empty (the default) is off.</summary>
    public IReadOnlyList<Teacher> Teachers { get; init; } = [];

    /// <summary>
    /// Steps from one recording of every parameter's weight and gradient norm to the next, for <see cref="EpochResult.Norms"/> and
    /// <see cref="GradientDiagnosis"/>. At least 1 (each step); null (the default) records none. It changes no bit of the training.
    /// </summary>
    public int? RecordNormsEvery { get; init; }

    /// <summary>What a cancelled training gives. Default <see cref="CancellationBehavior.Throw"/>.</summary>
    public CancellationBehavior OnCancellation { get; init; }

    /// <summary>Throws one exception that lists every fault of the options for a number of training images.</summary>
    internal void Validate(int trainingImages)
    {
        List<string> faults = [.. Recipe.Faults()];
        if (Recipe.BatchSize > trainingImages)
        {
            faults.Add($"BatchSize is {Recipe.BatchSize}, but there are only {trainingImages} training images; lower BatchSize to at most {trainingImages}.");
        }

        if (BatchLoader.BatchBytes(Recipe.BatchSize, Preprocessing.ImageSize, Preprocessing.Channels) > BatchLoader.MaxBatchBytes)
            faults.Add($"A batch of {Recipe.BatchSize} images of {Preprocessing.ImageSize} x {Preprocessing.ImageSize} pixels takes more than {BatchLoader.MaxBatchBytes} bytes; lower BatchSize or ImageSize.");
        if (Recipe.Precision == Precision.Float16 && Device.type == DeviceType.CPU)
            faults.Add("Precision is Float16, which needs a GPU; use BFloat16 or Float32 on the CPU.");
        if (Teachers.Count > 0 && Recipe.FreezeBackbone && Recipe.CachedViews != 0 && Recipe.DistillationWeight > 0)
            faults.Add("Teachers see images, and FreezeBackbone trains the head on features that are kept. Set CachedViews = 0 to run the backbone in every epoch, or leave Teachers empty.");
        if (TopK < 1)
            faults.Add($"TopK is {TopK}; it must be at least 1.");
        if (Workers is < 1)
            faults.Add($"Workers is {Workers}; it must be at least 1, or null for the number of processors.");
        if (RecordNormsEvery is < 1)
            faults.Add($"RecordNormsEvery is {RecordNormsEvery}; it must be at least 1, or null to record no norms.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults));
    }
}
