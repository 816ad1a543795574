using Tricks.Torch.Runtime;
using Tricks.Torch.SelfSupervised;
using Tricks.Torch.Training;
using Tricks.Torch.Transforms;

/// <summary>What the runs on Fashion-MNIST share.</summary>
internal static class Settings
{
    public static Preprocessing Preprocessing { get; } = Preprocessing.ImageNet(28, channels: 1);

    public static SimClrRecipe Pretraining { get; } = SimClrRecipe.Short with
    {
        Epochs = 20,
        Temperature = 0.2,
        HeadHiddenSize = 512,
        Precision = Precision.BFloat16,
        Augmentation = new ViewAugmentation { CropArea = (0.4, 1), JitterStrength = 1 },
    };

    public static TrainingRecipe FineTuning { get; } = TrainingRecipe.ShortBagOfTricks with { BatchSize = 32, LinearScaling = false };
}
