using Microsoft.ML;
using Microsoft.ML.Data;

using Kind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Tricks.MLNet.Interop;

/// <summary>Columns of a <see cref="SchemaShape"/>, which an estimator's <c>GetOutputSchema</c> returns.</summary>
/// <remarks>
/// ML.NET keeps the constructor of <see cref="SchemaShape.Column"/> internal; we call it past the access check.
/// Remove when it is public.
/// </remarks>
internal static class SchemaShapeColumn
{
    public static SchemaShape.Column Scalar(string name, DataViewType type, params SchemaShape.Column[] annotations) =>
        new(name, Kind.Scalar, type, isKey: false, new SchemaShape(annotations));

    public static SchemaShape.Column Vector(string name, DataViewType itemType, params SchemaShape.Column[] annotations) =>
        new(name, Kind.Vector, itemType, isKey: false, new SchemaShape(annotations));

    public static SchemaShape.Column Key(string name, params SchemaShape.Column[] annotations) =>
        new(name, Kind.Scalar, NumberDataViewType.UInt32, isKey: true, new SchemaShape(annotations));

    /// <summary>The shape of a schema that exists.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);
}
