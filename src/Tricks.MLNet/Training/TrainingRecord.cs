using System.Text.Json;
using System.Text.Json.Serialization;
using Tricks.Torch.Scoring;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Training;

/// <summary>How a model was trained, as the JSON text that a saved model carries.</summary>
internal static class TrainingRecord
{
    private static readonly JsonSerializerOptions Format = new()
    {
        IncludeFields = true, // the ranges of an augmentation are pairs, whose items are fields
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss may be NaN
    };

    public static string Of(TrainingRecipe recipe, long seed, TrainingResult result, int skippedImages, Calibration? calibration) => JsonSerializer.Serialize(
        new
        {
            recipe,
            seed,
            skippedImages,
            end = result.End,
            bestEpoch = result.BestEpoch,
            calibration,
            epochs = result.Epochs.Select(e => new
            {
                e.Epoch,
                e.TrainingLoss,
                e.LearningRate,
                ValidationLoss = e.Validation?.Loss,
                ValidationAccuracy = e.Validation?.Accuracy,
                ValidationTopKAccuracy = e.Validation?.TopKAccuracy,
                e.Norms,
            }),
        },
        Format);
}
