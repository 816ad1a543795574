namespace Tricks.Torch.Models;

/// <summary>What a <see cref="ResNet"/> is made of.</summary>
/// <remarks>Stage i (from 0) has BlocksPerStage[i] blocks of Width * 2^i channels and halves the resolution when i &gt; 0.</remarks>
public sealed record ResNetOptions
{
    /// <summary>The block that is repeated.</summary>
    public required ResNetBlock Block { get; init; }

    /// <summary>Blocks in each stage, each at least 1; 1 to 6 stages. ResNet-50 has 3, 4, 6, 3.</summary>
    public required IReadOnlyList<int> BlocksPerStage { get; init; }

    /// <summary>Channels of the stem and of the first stage's 3x3 convolutions; even, at least 2. Default 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Factor on the channels of a bottleneck's 3x3, at least 1; torchvision's wide_resnet50_2 has 2 (arXiv:1605.07146). Default 1.</summary>
    public int BottleneckWidening { get; init; } = 1;

    /// <summary>The tweaks of BoT §4. Default D.</summary>
    public ResNetVariant Variant { get; init; } = ResNetVariant.D;

    /// <summary>What stands before the first block. Default <see cref="Stem.ImageNet"/>.</summary>
    public Stem Stem { get; init; } = Stem.ImageNet;

    /// <summary>What is added where shapes differ. Default <see cref="ShortcutKind.Projection"/>.</summary>
    public ShortcutKind Shortcut { get; init; } = ShortcutKind.Projection;

    /// <summary>Number of classes, at least 1. Default 1000.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Channels of the image, at least 1. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Length of the pooled feature vector that the classifier reads.</summary>
    public int FeatureCount => StageChannels(BlocksPerStage.Count - 1);

    /// <summary>Input pixels per pixel of the last feature map, along one side.</summary>
    internal int TotalStride => (Stem == Stem.ImageNet ? 4 : 1) << (BlocksPerStage.Count - 1);

    /// <summary>Output channels of a stage, from 0.</summary>
    internal int StageChannels(int stage) => (Width << stage) * (Block == ResNetBlock.Bottleneck ? Bottleneck.Expansion : 1);

    /// <summary>All faults at once.</summary>
    /// <exception cref="ArgumentException">The options contradict their ranges.</exception>
    internal void Validate()
    {
        List<string> faults = [];
        if (BlocksPerStage.Count is < 1 or > 6 || BlocksPerStage.Any(blocks => blocks < 1))
            faults.Add($"BlocksPerStage is [{string.Join(", ", BlocksPerStage)}]; it needs 1 to 6 stages of at least 1 block");
        if (Width < 2 || Width % 2 != 0)
            faults.Add($"Width is {Width}; it must be even and at least 2, since the stem of C and D halves it");
        if (BottleneckWidening < 1)
            faults.Add($"BottleneckWidening is {BottleneckWidening}; it must be at least 1");
        if (Classes < 1)
            faults.Add($"Classes is {Classes}; it must be at least 1");
        if (InputChannels < 1)
            faults.Add($"InputChannels is {InputChannels}; it must be at least 1");
        if (Shortcut == ShortcutKind.None && Block != ResNetBlock.Basic)
            faults.Add("Shortcut is None with bottlenecks; plain nets are built of basic blocks");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(". ", faults) + ".");
    }
}
