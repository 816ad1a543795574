using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

namespace CompareTrainers;

/// <summary>What the compared trainers are made of.</summary>
internal static class Candidates
{
    /// <summary>A small residual network under a recipe.</summary>
    public static ConvNetTrainer Network(MLContext context, TrainingRecipe recipe) => context.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
    {
        ImageColumnName = "Image",
        Architecture = Architecture.CifarResNet(8, ResNetVariant.D),
        ImageSize = 28,
        Channels = 1,
        Recipe = recipe,
        Workers = 1,
    });

    /// <summary>Gray pixels from 0 to 1, for the trainers of ML.NET.</summary>
    public static IEstimator<ITransformer> Pixels(MLContext context) =>
        context.Transforms.ConvertToGrayscale("Gray", "Image").Append(context.Transforms.ExtractPixels(
            "Pixels", "Gray", colorsToExtract: ImagePixelExtractingEstimator.ColorBits.Red, scaleImage: 1 / 255f));
}
