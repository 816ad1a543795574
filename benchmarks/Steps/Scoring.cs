using Tricks.Torch.Runtime;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.Benchmarks;

/// <summary>What scoring leaves behind in a process: its threads.</summary>
internal static class Scoring
{
    /// <summary>Scores 64 black images with an untrained network.</summary>
    public static void Once(Work work)
    {
        TorchBackend.EnsureLoaded();
        var preprocessing = Preprocessing.ImageNet(work.ImageSize, work.Channels);
        using var classifier = new ImageClassifier(work.Architecture.Build(work.Classes, work.Channels, work.ImageSize), work.Architecture, preprocessing, work.Classes);
        var black = new ImagePixels(work.ImageSize, work.ImageSize, work.Channels, new byte[work.ImageSize * work.ImageSize * work.Channels]);
        classifier.Score([.. Enumerable.Repeat(black, 64)]);
    }
}
