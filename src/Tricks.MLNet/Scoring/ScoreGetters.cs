using Microsoft.ML;

namespace Tricks.MLNet.Scoring;

/// <summary>The getter of the predicted class.</summary>
internal static class ScoreGetters
{
    public static ValueGetter<uint> PredictedLabel(CurrentVector scores) =>
        (ref uint target) => target = MostProbable(scores());

    /// <summary>The most probable class as a key: 1 for the first class, the first of several equals; 0 (missing) for NaN.</summary>
    private static uint MostProbable(ReadOnlySpan<float> scores)
    {
        if (float.IsNaN(scores[0]))
            return 0;
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return (uint)best + 1;
    }
}
