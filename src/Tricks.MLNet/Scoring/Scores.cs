using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>One row of scores as the values of ML.NET's columns.</summary>
internal static class Scores
{
    /// <summary>Copies a row into the buffer of a Score column.</summary>
    public static void CopyTo(ReadOnlySpan<float> scores, ref VBuffer<float> target)
    {
        var editor = VBufferEditor.Create(ref target, scores.Length);
        scores.CopyTo(editor.Values);
        target = editor.Commit();
    }

    /// <summary>The most probable class as a key: 1 for the first class, the first of several equals; 0 (missing) for NaN.</summary>
    public static uint PredictedLabel(ReadOnlySpan<float> scores)
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
