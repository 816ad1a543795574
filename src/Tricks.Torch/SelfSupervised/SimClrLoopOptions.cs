using Tricks.Torch.Data;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;

namespace Tricks.Torch.SelfSupervised;

/// <summary>What a pretraining needs besides encoder and images.</summary>
public sealed record SimClrLoopOptions
{
    /// <summary>How the encoder is pretrained.</summary>
    public required SimClrRecipe Recipe { get; init; }

    /// <summary>What the encoder expects of an image. Its size is that of the views.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>All random draws are a function of it. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Where the encoder is. Default the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Threads that decode and make views; null (the default) takes the number of processors.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether images smaller than the views may be used; they would only be enlarged. Default false: an error names the first.</summary>
    public bool EnlargeSmallImages { get; init; }

    /// <summary>Labelled images on which the features are tried between epochs; null (the default) for none. It never influences the pretraining.</summary>
    public OnlineProbe? Probe { get; init; }

    /// <summary>Throws one exception that lists every fault of the options for a number of images.</summary>
    internal void Validate(int images)
    {
        List<string> faults = [.. Recipe.Faults(), .. Preprocessing.Faults()];
        if (Recipe.BatchSize > images)
            faults.Add($"BatchSize is {Recipe.BatchSize}, but there are only {images} images; lower BatchSize to at most {images}.");
        else if (Recipe.BatchSize >= 2 && images / BatchPlan.StepsPerEpoch(images, Recipe.BatchSize) < 2)
            faults.Add($"BatchSize is {Recipe.BatchSize}: {images} images dealt evenly leave a batch with 1 image, and NT-Xent needs at least 2. Raise BatchSize to 3.");
        if (BatchLoader.BatchBytes(2 * Recipe.BatchSize, Preprocessing.ImageSize, Preprocessing.Channels) > BatchLoader.MaxBatchBytes)
            faults.Add($"Two views each of {Recipe.BatchSize} images of {Preprocessing.ImageSize} x {Preprocessing.ImageSize} pixels take more than {BatchLoader.MaxBatchBytes} bytes; lower BatchSize or ImageSize.");
        if (Workers is < 1)
            faults.Add($"Workers is {Workers}; it must be at least 1, or null for the number of processors.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults));
    }
}
