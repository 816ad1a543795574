using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>SimCLR on all training images, with a line per epoch and, every second epoch, k-NN and a linear classifier on the features.</summary>
internal static class Pretraining
{
    /// <summary>Images that the probes' classifiers learn from.</summary>
    private const int ProbeImages = 6000;

    /// <summary>The encoder, trained. Checkpoints go into the folder, and an interrupted pretraining goes on from there.</summary>
    public static Module<Tensor, Tensor> Run(
        Architecture architecture, ImageDataset train, ImageDataset test, SimClrRecipe recipe, Preprocessing preprocessing, int seed, string folder)
    {
        var encoder = architecture.Build(1, preprocessing.Channels, preprocessing.ImageSize);
        XavierInitialisation.Apply(encoder, seed);
        var unlabelled = new ImagesInMemory([.. Enumerable.Range(0, train.Count).Select(train.Read)]);
        var options = new SimClrLoopOptions
        {
            Recipe = recipe,
            Preprocessing = preprocessing,
            Seed = seed,
            Probe = new OnlineProbe(train.Subset([.. Enumerable.Range(0, Math.Min(ProbeImages, train.Count))]), test) { EveryEpochs = 2 },
        };
        using var checkpoints = new CheckpointFolder(new CheckpointOptions { Folder = folder });
        using var loop = new SimClrLoop(encoder, unlabelled, options, checkpoints);
        loop.Run(new SimClrConsoleProgress());
        return encoder;
    }
}
