using System.Diagnostics;
using Tricks.Torch.Models;
using Tricks.Torch.SelfSupervised;
using static TorchSharp.torch;

/// <summary>What one step at an effective batch of 1,024 images takes at most of memory, in one pass or in chunks.</summary>
internal static class PeakMemory
{
    /// <summary>Runs two steps on noise in a process of its own and prints the peak of its resident memory.</summary>
    /// <param name="architecture">Such as resnet18_cifar.</param>
    /// <param name="imageSize">Height and width of a view in pixels.</param>
    /// <param name="chunkSize">Images per forward pass; 1024 for one pass.</param>
    public static void Print(string architecture, int imageSize, int chunkSize)
    {
        const int Images = 1024;
        var recipe = SimClrRecipe.Short with { BatchSize = Images, ChunkSize = chunkSize };
        using var encoder = Architecture.Parse(architecture).Build(1, 3, imageSize);
        using var network = new SimClrNetwork(encoder, recipe);
        using var step = new SimClrStep(network, recipe, stepsPerEpoch: 1);
        using var views = randn([2 * Images, imageSize, imageSize, 3]).permute(0, 3, 1, 2);
        encoder.train();
        for (var i = 0; i < 2; i++)
            step.Run(views, i);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{architecture}, {imageSize} pixels, 1,024 images in chunks of {chunkSize}: peak {process.PeakWorkingSet64 >> 20} MiB");
    }
}
