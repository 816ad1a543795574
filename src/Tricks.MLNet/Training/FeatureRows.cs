using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.Torch.SelfSupervised;

namespace Tricks.MLNet.Training;

/// <summary>Features and labels of a data view.</summary>
internal static class FeatureRows
{
    /// <summary>Reads two sets with the same columns and classes.</summary>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, a label is missing, or the classes differ.</exception>
    public static (ImageFeatures Train, ImageFeatures Test) ReadBoth(IDataView train, IDataView test, string featureColumnName, string labelColumnName)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        var (trainLabel, testLabel) = (LabelColumn.Of(train.Schema, labelColumnName), LabelColumn.Of(test.Schema, labelColumnName));
        if (!trainLabel.Classes.Names.SequenceEqual(testLabel.Classes.Names))
            throw new ArgumentException($"The label keys of '{labelColumnName}' stand for other classes in the two sets. Fit MapValueToKey once and transform both sets with it.");
        return (Read(train, featureColumnName, trainLabel), Read(test, featureColumnName, testLabel));
    }

    /// <summary>The class number of each row, -1 for a missing label.</summary>
    public static List<int> ReadLabels(IDataView data, LabelColumn label)
    {
        using var cursor = data.GetRowCursor([label.Column]);
        var read = label.GetGetter(cursor);
        List<int> labels = [];
        while (cursor.MoveNext())
            labels.Add(read());
        return labels;
    }

    private static ImageFeatures Read(IDataView data, string featureColumnName, LabelColumn label)
    {
        if (data.Schema.GetColumnOrNull(featureColumnName) is not { Type: VectorDataViewType { IsKnownSize: true } type } column
            || type.ItemType != NumberDataViewType.Single)
        {
            throw new ArgumentException(
                $"There is no column '{featureColumnName}' that is a vector of Single of known length. Transform the rows with a featurizer first, such as the model of mlContext.Transforms.SimClr.");
        }

        using var cursor = data.GetRowCursor([column, label.Column]);
        var (readFeatures, readLabel) = (cursor.GetGetter<VBuffer<float>>(column), label.GetGetter(cursor));
        var (values, labels, vector) = (new List<float>(), new List<int>(), default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            readFeatures(ref vector);
            values.AddRange(vector.DenseValues());
            labels.Add(readLabel());
            if (labels[^1] < 0)
                throw new ArgumentException($"Row {cursor.Position} has no label: '{label.Column.Name}' is a missing key. Remove the row.");
        }

        return new ImageFeatures([.. values], type.Size, labels, label.Classes.Count);
    }
}
