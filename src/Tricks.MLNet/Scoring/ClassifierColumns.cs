using Microsoft.ML;

namespace Tricks.MLNet.Scoring;

/// <summary>Score and PredictedLabel.</summary>
internal sealed class ClassifierColumns(ScoringColumns columns, ClassLabels classes) : AddedColumns
{
    public override DataViewSchema AddTo(DataViewSchema input) => ScoreColumns.AddTo(input, columns, classes);

    public override Delegate GetGetter(int index, CurrentVector vector) =>
        index == 0 ? VectorGetter.Of(vector) : ScoreGetters.PredictedLabel(vector);
}
