namespace Tricks.MLNet.Scoring;

/// <summary>The error of using a model after its end.</summary>
internal static class DisposedModel
{
    public static ObjectDisposedException Exception() => new(
        "the trained model",
        "The model was disposed. PredictionEngine.Dispose disposes its model too, unless the engine is created with " +
        "new PredictionEngineOptions { OwnsTransformer = false }. Do that, or load the model again.");
}
