using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>The getter of a column that holds the whole vector of a row.</summary>
internal static class VectorGetter
{
    public static ValueGetter<VBuffer<float>> Of(CurrentVector vector) => (ref VBuffer<float> target) =>
    {
        var row = vector();
        var editor = VBufferEditor.Create(ref target, row.Length);
        row.CopyTo(editor.Values);
        target = editor.Commit();
    };
}
