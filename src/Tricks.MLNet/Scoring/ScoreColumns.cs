using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Interop;

using Annotation = Microsoft.ML.Data.AnnotationUtils.Kinds;
using ScoreKind = Microsoft.ML.Data.AnnotationUtils.Const.ScoreColumnKind;
using ValueKind = Microsoft.ML.Data.AnnotationUtils.Const.ScoreValueKind;

namespace Tricks.MLNet.Scoring;

/// <summary>The two columns of a classifier, with the annotations by which ML.NET's evaluators and transforms know them.</summary>
internal static class ScoreColumns
{
    /// <summary>Adds the probability of each class (vector of Single) and the most probable class (key) to a schema.</summary>
    /// <returns>The schema: the input's columns first, at their indices, then Score and PredictedLabel.</returns>
    public static DataViewSchema AddTo(DataViewSchema input, ScoringColumns columns, ClassLabels classes)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input);
        // Evaluators tell the columns of one model from those of another by a number that is new in the schema.
        var setId = AnnotationUtils.GetMaxAnnotationKind(input, out _, Annotation.ScoreColumnSetId) + 1;

        var score = Common(setId, ValueKind.Score);
        score.Add<VBuffer<ReadOnlyMemory<char>>>(
            Annotation.SlotNames, new VectorDataViewType(TextDataViewType.Instance, classes.Count), classes.GetNames);
        classes.AddTo(score, Annotation.TrainingLabelValues);
        schema.AddColumn(columns.Score, new VectorDataViewType(NumberDataViewType.Single, classes.Count), score.ToAnnotations());

        var predictedLabel = Common(setId, ValueKind.PredictedLabel);
        classes.AddTo(predictedLabel, Annotation.KeyValues);
        schema.AddColumn(columns.PredictedLabel, new KeyDataViewType(typeof(uint), classes.Count), predictedLabel.ToAnnotations());
        return schema.ToSchema();
    }

    /// <summary>The same two columns as an estimator announces them, before any class is known.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="keyValueType">The item type of the label's key values, where known.</param>
    public static IEnumerable<SchemaShape.Column> Shape(ScoringColumns columns, DataViewType? keyValueType = null)
    {
        var keyValues = keyValueType ?? TextDataViewType.Instance;
        SchemaShape.Column[] common =
        [
            SchemaShapeColumn.Key(Annotation.ScoreColumnSetId),
            SchemaShapeColumn.Scalar(Annotation.ScoreColumnKind, TextDataViewType.Instance),
            SchemaShapeColumn.Scalar(Annotation.ScoreValueKind, TextDataViewType.Instance),
        ];
        yield return SchemaShapeColumn.Vector(columns.Score, NumberDataViewType.Single,
        [
            .. common,
            SchemaShapeColumn.Vector(Annotation.SlotNames, TextDataViewType.Instance),
            SchemaShapeColumn.Vector(Annotation.TrainingLabelValues, keyValues),
        ]);
        yield return SchemaShapeColumn.Key(columns.PredictedLabel, [.. common, SchemaShapeColumn.Vector(Annotation.KeyValues, keyValues)]);
    }

    private static DataViewSchema.Annotations.Builder Common(uint setId, string valueKind)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(Annotation.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, (ref uint value) => value = setId);
        AddText(annotations, Annotation.ScoreColumnKind, ScoreKind.MulticlassClassification);
        AddText(annotations, Annotation.ScoreValueKind, valueKind);
        return annotations;
    }

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string name, string text) =>
        annotations.Add(name, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());
}
