namespace Tricks.Torch.Training;

/// <content>The paper's recipes: "Bag of Tricks for Image Classification with CNNs", arXiv:1812.01187.</content>
public sealed partial record TrainingRecipe
{
    /// <summary>The paper's baseline (BoT §2.1): batch 256, rate 0.1 divided by 10 at 1/4, 1/2 and 3/4 of 120 epochs.</summary>
    /// <remarks>The paper's ResNet-50 reaches 75.87 % ImageNet top-1 with it (its Table 2). Momentum 0.9 and weight decay 1e-4 are GluonCV's.</remarks>
    public static TrainingRecipe Baseline { get; } = new();

    /// <summary>Baseline plus the efficient training of BoT §3.1: batch 1024, linear scaling, warm-up over 5 epochs, zero gamma, no bias decay.</summary>
    /// <remarks>The paper's ResNet-50 reaches 76.21 % ImageNet top-1 with it, in a third of the time (its Table 3; 16-bit floats included there).</remarks>
    public static TrainingRecipe EfficientTraining { get; } = Baseline with
    {
        BatchSize = 1024,
        LinearScaling = true,
        WarmupEpochs = 5,
        ZeroGamma = true,
        NoBiasDecay = true,
    };

    /// <summary>EfficientTraining plus the refinements of BoT §5 that need no teacher: cosine decay, label smoothing 0.1, mixup 0.2, 200 epochs.</summary>
    /// <remarks>
    /// The paper's ResNet-50-D reaches 79.15 % ImageNet top-1 with it (its Table 6, "mixup without distillation"). Mixup needs
    /// long training: the paper raises 120 epochs to 200. For a few dozen epochs set <c>MixupAlpha = 0</c>.
    /// </remarks>
    public static TrainingRecipe BagOfTricks { get; } = EfficientTraining with
    {
        Epochs = 200,
        Decay = LearningRateDecay.Cosine,
        LabelSmoothing = 0.1,
        MixupAlpha = 0.2,
    };

    /// <summary>BagOfTricks for a data set of thousands and a run of minutes to hours: 30 epochs, batch 64, no mixup. Ours, not the paper's.</summary>
    /// <remarks>Small data sets need steps more than large batches, and mixup costs accuracy in short runs (docs/tricks.md).</remarks>
    public static TrainingRecipe ShortBagOfTricks { get; } = BagOfTricks with { Epochs = 30, BatchSize = 64, MixupAlpha = 0 };

    /// <summary>Fine-tuning of weights trained before, with the values of "Dive into Deep Learning" (d2l), fine-tuning: 5 epochs, batch 128, plain gradient descent.</summary>
    /// <remarks>
    /// Rate 0.01 for the backbone and ten times that for the head, weight decay 0.001, random resized crop and flip. Give the
    /// trainer <c>InitialWeights</c>; from scratch, d2l uses rate 0.1 for all layers. d2l's hotdog figures are 0.934 fine-tuned and
    /// 0.809 from scratch, with ResNet-18 v2. Here the evaluation resizes the shorter side, where d2l squashes the image to a
    /// square before the centre crop; batches of an epoch are of nearly equal size; and the best epoch is kept, not the last.
    /// </remarks>
    public static TrainingRecipe FineTune { get; } = new()
    {
        Epochs = 5,
        BatchSize = 128,
        LearningRate = 0.01,
        HeadRateFactor = 10,
        Decay = LearningRateDecay.Constant,
        Momentum = 0,
        Nesterov = false,
        WeightDecay = 1e-3,
        Augmentation = new Transforms.Augmentation { Crop = Transforms.CropKind.RandomResizedCrop, FlipProbability = 0.5 },
    };
}
