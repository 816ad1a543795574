using System.Security.Cryptography;
using Tricks.Torch.Data;
using Tricks.Torch.Models;
using Tricks.Torch.Runtime;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;
using Tricks.Torch.Weights;
using static TorchSharp.torch;

namespace Tricks.Torch.Tests.KillAndResume;

/// <summary>A training of six steps an epoch with everything that has a state: momentum, running average, mixup, norms, early stopping.</summary>
internal static class TinyTraining
{
    private const int Size = 12, Classes = 3;

    public static void Run(int epochs, string? folder)
    {
        TorchBackend.EnsureLoaded();
        set_num_threads(1);
        var architecture = Architecture.CifarResNet(8, ResNetVariant.D);
        using var network = architecture.Build(Classes, inputChannels: 1, Size);
        XavierInitialisation.Apply(network, seed: 1);
        var options = new TrainingLoopOptions
        {
            Recipe = TrainingRecipe.BagOfTricks with { Epochs = epochs, BatchSize = 16, EmaDecay = 0.9, EarlyStoppingPatience = 20 },
            Preprocessing = Preprocessing.ImageNet(Size, channels: 1),
            Seed = 1,
            RecordNormsEvery = 1,
        };
        using var checkpoints = folder is null ? null : new CheckpointFolder(new CheckpointOptions { Folder = folder, EverySteps = 2, Log = Console.Error.WriteLine });
        using var loop = new TrainingLoop(network, Images(96, first: 0), Images(30, first: 1000), options, checkpoints);
        Console.WriteLine("training");
        loop.Run();
        Console.WriteLine($"weights {HashOf(network)}");
    }

    private static string HashOf(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, value) in StateDict.Of(network))
            hash.AppendData(value.detach().contiguous().bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ImageDataset Images(int count, int first)
    {
        var images = Enumerable.Range(first, count).Select(Noise).ToList();
        return new ImageDataset(new ImagesInMemory(images), [.. Enumerable.Range(0, count).Select(i => i % Classes)], ["a", "b", "c"]);
    }

    /// <summary>Noise, brighter for later classes.</summary>
    private static ImagePixels Noise(int index)
    {
        var random = new SeededRandom(7, index);
        var values = new byte[Size * Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = (byte)((index % Classes * 40) + random.NextInt32(150));
        return new ImagePixels(Size, Size, 1, values);
    }
}
