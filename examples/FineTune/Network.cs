using Microsoft.ML;
using Tricks.MLNet;
using Tricks.Torch.Models;
using Tricks.Torch.Training;
using Tricks.Torch.Weights;

namespace FineTune;

/// <summary>The small network of the experiments: how it is trained and tested.</summary>
internal sealed record Network(int ImageSize, int Channels, string ImageColumn)
{
    private static readonly Architecture Architecture = Architecture.CifarResNet(8, ResNetVariant.D);

    /// <summary>Trains on all rows and keeps the last epoch, so that no test image chooses anything.</summary>
    public ImageScoringTransformer Train(
        MLContext context, IDataView rows, TrainingRecipe recipe, InitialWeights? weights = null, Dictionary<string, int>? headRows = null, IProgress<EpochResult>? progress = null) =>
        context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.ConvNet(new ConvNetTrainer.Options
            {
                Architecture = Architecture,
                ImageColumnName = ImageColumn,
                ImageSize = ImageSize,
                Channels = Channels,
                Recipe = recipe,
                InitialWeights = weights,
                HeadRows = headRows ?? [],
                ValidationFraction = 0,
                Progress = progress,
            }))
            .Fit(rows).LastTransformer;

    /// <summary>The share of rows whose class is predicted.</summary>
    public static double Accuracy(ImageScoringTransformer model, MLContext context, IDataView rows)
    {
        var scored = context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(rows)).Transform(model.Transform(rows));
        var results = context.Data.CreateEnumerable<Row>(scored, reuseRowObject: false).ToList();
        return results.Average(row => row.Label == row.PredictedLabel ? 1.0 : 0);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public string PredictedLabel { get; set; } = "";
    }
}
