using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Interop;

namespace Tricks.MLNet.Scoring;

/// <summary>A vector of features, such as every ML.NET trainer reads.</summary>
internal sealed class FeatureColumn(string name, int length) : AddedColumns
{
    public override DataViewSchema AddTo(DataViewSchema input)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input);
        schema.AddColumn(name, new VectorDataViewType(NumberDataViewType.Single, length));
        return schema.ToSchema();
    }

    public override Delegate GetGetter(int index, CurrentVector vector) => VectorGetter.Of(vector);

    /// <summary>The same column as an estimator announces it.</summary>
    public static SchemaShape.Column Shape(string name) => SchemaShapeColumn.Vector(name, NumberDataViewType.Single);
}
