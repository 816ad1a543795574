using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>The scores of the row that a cursor stands on.</summary>
internal delegate ReadOnlySpan<float> CurrentScores();

/// <summary>Getters of the two columns that a model adds.</summary>
internal static class ScoreGetters
{
    public static Delegate Of(int column, ScoringBindings bindings, CurrentScores scores) =>
        column == bindings.ScoreIndex ? Score(scores) : PredictedLabel(scores);

    private static ValueGetter<VBuffer<float>> Score(CurrentScores scores) => (ref VBuffer<float> target) =>
    {
        var row = scores();
        var editor = VBufferEditor.Create(ref target, row.Length);
        row.CopyTo(editor.Values);
        target = editor.Commit();
    };

    private static ValueGetter<uint> PredictedLabel(CurrentScores scores) =>
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
