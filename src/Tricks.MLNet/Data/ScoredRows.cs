using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.SelfSupervised;

namespace Tricks.MLNet.Data;

/// <summary>Labels and scores as the columns that ML.NET's evaluator reads.</summary>
internal static class ScoredRows
{
    /// <summary>Columns Label (key), Score (vector) and PredictedLabel (key).</summary>
    /// <param name="rows">Whose labels are meant.</param>
    /// <param name="scores">(rows, classes), row by row.</param>
    public static IDataView Of(ImageFeatures rows, float[] scores)
    {
        var classes = rows.Classes;
        var key = new KeyDataViewType(typeof(uint), classes);
        return new IndexedDataView(
            rows.Count,
            new IndexedColumn("Label", key, row => (ValueGetter<uint>)((ref uint label) => label = (uint)rows.Labels[row()] + 1)),
            new IndexedColumn("Score", new VectorDataViewType(NumberDataViewType.Single, classes), row => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> score) =>
            {
                var editor = VBufferEditor.Create(ref score, classes);
                Scores(row()).CopyTo(editor.Values);
                score = editor.Commit();
            })),
            new IndexedColumn("PredictedLabel", key, row => (ValueGetter<uint>)((ref uint label) => label = (uint)Best(Scores(row())) + 1)));

        ReadOnlySpan<float> Scores(int row) => scores.AsSpan(row * classes, classes);
    }

    private static int Best(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            best = scores[i] > scores[best] ? i : best;
        return best;
    }
}
