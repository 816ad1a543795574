using Tricks.Torch.Models;

namespace Tricks.Benchmarks;

/// <summary>A training step to be timed.</summary>
internal sealed record Work(Architecture Architecture, int ImageSize, int BatchSize, int Classes, int Channels = 3)
{
    /// <summary>What <see cref="Of"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["r18c", "r18", "r50d", "demo"];

    /// <summary>The model's operations in a step, 10^9: two a multiply-add; forward, gradient of the inputs, gradient of the weights.</summary>
    public double StepGigaflops => 2e-9 * 3 * BatchSize * ModelSummary.Of(Architecture, Classes, Channels, ImageSize).MultiplyAdds;

    public static Work Of(string name) => name switch
    {
        "r18c" => new(Architecture.ResNet(18, ResNetVariant.B, Stem.Cifar), ImageSize: 32, BatchSize: 128, Classes: 10),
        "r18" => new(Architecture.ResNet18, ImageSize: 64, BatchSize: 128, Classes: 1000),
        "r50d" => new(Architecture.ResNet50D, ImageSize: 224, BatchSize: 16, Classes: 1000),
        "demo" => new(Architecture.CifarResNet(20, ResNetVariant.D), ImageSize: 28, BatchSize: 64, Classes: 10, Channels: 1),
        _ => throw new ArgumentException($"NETWORK is '{name}'; it must be one of {string.Join(", ", Names)}."),
    };
}

/// <summary>A training whose steps are timed.</summary>
internal interface ITimedTraining : IDisposable
{
    /// <summary>Takes one step on a batch that is there already.</summary>
    void Step();
}
