using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;

namespace Tricks.Benchmarks;

/// <summary>The two networks, both ResNet-50 in variant B, which is torchvision's.</summary>
internal static class Models
{
    /// <summary>Saves photos.zip, whose weights have seen one batch (the time does not depend on them), and garments.zip, which is trained.</summary>
    public static void Train(string folder)
    {
        var shortest = TrainingRecipe.ShortBagOfTricks with { Epochs = 1, WarmupEpochs = 0, BatchSize = 8 };
        Train(Path.Combine(folder, "photos"), Path.Combine(folder, "photos.zip"), 224, shortest, rows: 8);
        var recipe = TrainingRecipe.ShortBagOfTricks with { Epochs = 4, WarmupEpochs = 1, BatchSize = 64 };
        Train(Path.Combine(folder, "garments", "train"), Path.Combine(folder, "garments.zip"), 64, recipe, rows: int.MaxValue);
    }

    private static void Train(string images, string modelPath, int imageSize, TrainingRecipe recipe, int rows)
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromImageFolder(images);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(mlContext.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
            {
                Architecture = Architecture.ResNet50,
                ImageSize = imageSize,
                Recipe = recipe,
                ValidationFraction = 0,
                Progress = new ConsoleProgress(),
            }));
        using var model = pipeline.Fit(mlContext.Data.TakeRows(mlContext.Data.ShuffleRows(data, seed: 1), rows));
        mlContext.Model.Save(model, data.Schema, modelPath);
    }
}
