using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Tricks.Torch.Training;

namespace Tricks.MLNet.Experiments;

/// <summary>What a trained model tells of itself.</summary>
/// <param name="Parameters">Trainable parameters; null where it does not tell.</param>
/// <param name="Epochs">Epochs trained; null where it does not tell.</param>
/// <param name="Curve">Each epoch; empty where it does not tell.</param>
/// <param name="WasCancelled">Whether its training was cut short and it is the best until then.</param>
internal sealed record ModelFacts(long? Parameters, int? Epochs, IReadOnlyList<EpochPoint> Curve, bool WasCancelled)
{
    /// <summary>Reads them from the last transformer of a pipeline that has any.</summary>
    public static ModelFacts Of(ITransformer model) => Parts(model).Select(part => part switch
    {
        ImageScoringTransformer network => OfNetwork(network),
        ISingleFeaturePredictionTransformer<LinearMulticlassModelParametersBase> linear => OfLinear(linear.Model),
        _ => null,
    }).LastOrDefault(facts => facts is not null) ?? new ModelFacts(null, null, [], false);

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];

    private static ModelFacts OfNetwork(ImageScoringTransformer network)
    {
        using var record = JsonDocument.Parse(network.TrainingRecord);
        var curve = record.RootElement.TryGetProperty("epochs", out var epochs)
            ? epochs.EnumerateArray().Select(Point).ToArray()
            : [];
        var cancelled = record.RootElement.TryGetProperty("end", out var end) && end.GetString() == nameof(TrainingEnd.Cancelled);
        return new ModelFacts(
            network.Model.Network.parameters().Sum(parameter => parameter.numel()), curve.Length > 0 ? curve.Length : null, curve, cancelled);
    }

    private static EpochPoint Point(JsonElement epoch) => new(
        epoch.GetProperty("Epoch").GetInt32(),
        epoch.GetProperty("TrainingLoss").GetDouble(),
        Number(epoch.GetProperty("ValidationLoss")),
        Number(epoch.GetProperty("ValidationAccuracy")));

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static ModelFacts OfLinear(LinearMulticlassModelParametersBase linear)
    {
        var weights = Array.Empty<VBuffer<float>>();
        linear.GetWeights(ref weights, out var classes);
        return new ModelFacts(weights.Take(classes).Sum(w => (long)w.Length) + classes, null, [], false);
    }
}
