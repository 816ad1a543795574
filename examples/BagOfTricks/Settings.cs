using Microsoft.ML;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

namespace BagOfTricks;

/// <summary>Data, networks and sizes of an experiment.</summary>
internal sealed record Settings
{
    /// <summary>For the report.</summary>
    public required string Description { get; init; }

    /// <summary>Training rows, Label as a key.</summary>
    public required IDataView Training { get; init; }

    /// <summary>Test rows, Label as a key.</summary>
    public required IDataView Test { get; init; }

    public required string ImageColumnName { get; init; }

    /// <summary>Pixels; of all rows but Inception's where <see cref="InceptionImageSize"/> is set.</summary>
    public required int ImageSize { get; init; }

    public int Channels { get; init; } = 3;

    /// <summary>The ResNet of a variant, with bottlenecks: basic blocks have no 1x1 to move the stride from.</summary>
    public required Func<ResNetVariant, Architecture> ResNet { get; init; }

    public required Architecture MobileNet { get; init; }

    /// <summary>What the distilled networks learn from; the paper's is ResNet-152-D.</summary>
    public required Architecture Teacher { get; init; }

    public required Architecture Inception { get; init; }

    /// <summary>Pixels; null where it is the others'. The network takes no less than 75.</summary>
    public int? InceptionImageSize { get; init; }

    /// <summary>What the distilled Inception learns from; null for <see cref="Teacher"/>.</summary>
    public Architecture? InceptionTeacher { get; init; }

    /// <summary>The paper's baseline (BoT §2.1) at this size.</summary>
    public required TrainingRecipe Baseline { get; init; }

    /// <summary>The batch of efficient training: four times the baseline's, as in the paper.</summary>
    public int LargeBatch => 4 * Baseline.BatchSize;

    /// <summary>Mixup needs longer training: 5/3 of the epochs, as the paper's 200 to 120.</summary>
    public int MixupEpochs => Baseline.Epochs * 5 / 3;

    /// <summary>3,000 images of Fashion-MNIST and narrow networks, for a CPU.</summary>
    public static Settings Miniature(MLContext context, string folder)
    {
        IDataView Images(string part) => context.Data.LoadFromIdx(
            Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
        var (training, test) = Keys(context, context.Data.TakeRows(Images("train"), 3000), Images("t10k"));
        return new Settings
        {
            Description = "Fashion-MNIST, the first 3,000 training and all 2,000 test images of examples/data, 32 x 32 pixels; ResNet-14 (bottlenecks 1, 1, 1, 1, ImageNet stem, a quarter of ResNet-50's width) and MobileNet of width 0.25; Inception-v3 of width 0.1 on the same images enlarged to 75 x 75; the teacher is a CIFAR ResNet-14-D, and for Inception the ResNet-14-D above",
            Training = training,
            Test = test,
            ImageColumnName = "Image",
            ImageSize = 32,
            Channels = 1,
            ResNet = NarrowResNet,
            MobileNet = Architecture.MobileNetV1With(0.25),
            Teacher = Architecture.CifarResNet(14, ResNetVariant.D),
            Inception = Architecture.InceptionV3With(0.1),
            InceptionImageSize = 75,
            InceptionTeacher = NarrowResNet(ResNetVariant.D), // at 75 pixels the other teacher takes ten times its pupil's time
            // The rate is 0.1 at the baseline's batch, as the paper's at 256; scaling is linear from there.
            Baseline = TrainingRecipe.Baseline with { Epochs = 24, BatchSize = 32, LearningRate = 0.1 * 256 / 32, LinearScaling = true },
        };
    }

    /// <summary>The paper's own: ResNet-50, MobileNet and Inception-v3 (299 pixels there, 224 here, so that all rows share a teacher), 120 and 200 epochs.</summary>
    public static Settings ImageNet(MLContext context, string trainingFolder, string validationFolder)
    {
        var (training, test) = Keys(context, context.Data.LoadFromImageFolder(trainingFolder), context.Data.LoadFromImageFolder(validationFolder));
        return new Settings
        {
            Description = "ImageNet folders, 224 x 224 pixels, the paper's networks and recipes",
            Training = training,
            Test = test,
            ImageColumnName = "ImagePath",
            ImageSize = 224,
            ResNet = variant => Architecture.ResNet(50, variant),
            MobileNet = Architecture.MobileNetV1With(1, relu6: false),
            Teacher = Architecture.ResNet152D,
            Inception = Architecture.InceptionV3,
            Baseline = TrainingRecipe.Baseline,
        };
    }

    /// <summary>All of CIFAR-10 with the paper's networks at 96 pixels and the paper's batches and epochs.</summary>
    public static Settings Cifar10(MLContext context, string folder)
    {
        var (training, test) = Keys(context, context.Data.LoadFromCifar10(folder), context.Data.LoadFromCifar10(folder, train: false));
        return new Settings
        {
            Description = "CIFAR-10, 50,000 training and 10,000 test images enlarged to 96 x 96 pixels, the paper's networks and recipes",
            Training = training,
            Test = test,
            ImageColumnName = "Image",
            ImageSize = 96,
            ResNet = variant => Architecture.ResNet(50, variant),
            MobileNet = Architecture.MobileNetV1With(1, relu6: false),
            Teacher = Architecture.ResNet152D,
            Inception = Architecture.InceptionV3,
            Baseline = TrainingRecipe.Baseline,
        };
    }

    private static Architecture NarrowResNet(ResNetVariant variant) => Architecture.Custom(
        $"resnet14{variant.ToString().ToLowerInvariant()}_narrow",
        (classes, channels, _) => new ResNet(new ResNetOptions
        {
            Block = ResNetBlock.Bottleneck,
            BlocksPerStage = [1, 1, 1, 1],
            Width = 16,
            Variant = variant,
            Classes = classes,
            InputChannels = channels,
        }),
        defaultImageSize: 32);

    private static (IDataView Training, IDataView Test) Keys(MLContext context, IDataView training, IDataView test)
    {
        var keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(training);
        return (keys.Transform(training), keys.Transform(test));
    }
}
