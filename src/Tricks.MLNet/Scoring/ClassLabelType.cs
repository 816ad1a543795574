using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

using Annotation = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace Tricks.MLNet.Scoring;

/// <summary>A type that the values of a label key may have, with the name under which a saved model carries it.</summary>
/// <remarks>A saved model names one of this closed list, never a .NET type.</remarks>
internal sealed class ClassLabelType
{
    public static readonly IReadOnlyList<ClassLabelType> All =
    [
        // A ReadOnlyMemory<char> of text shows the text itself.
        Of("text", TextDataViewType.Instance, text => text.AsMemory()),
        Of("boolean", BooleanDataViewType.Instance, bool.Parse),
        Of("single", NumberDataViewType.Single, text => float.Parse(text, CultureInfo.InvariantCulture)),
        Of("double", NumberDataViewType.Double, text => double.Parse(text, CultureInfo.InvariantCulture)),
        Of("sbyte", NumberDataViewType.SByte, text => sbyte.Parse(text, CultureInfo.InvariantCulture)),
        Of("byte", NumberDataViewType.Byte, text => byte.Parse(text, CultureInfo.InvariantCulture)),
        Of("int16", NumberDataViewType.Int16, text => short.Parse(text, CultureInfo.InvariantCulture)),
        Of("uint16", NumberDataViewType.UInt16, text => ushort.Parse(text, CultureInfo.InvariantCulture)),
        Of("int32", NumberDataViewType.Int32, text => int.Parse(text, CultureInfo.InvariantCulture)),
        Of("uint32", NumberDataViewType.UInt32, text => uint.Parse(text, CultureInfo.InvariantCulture)),
        Of("int64", NumberDataViewType.Int64, text => long.Parse(text, CultureInfo.InvariantCulture)),
        Of("uint64", NumberDataViewType.UInt64, text => ulong.Parse(text, CultureInfo.InvariantCulture)),
    ];

    private readonly Func<DataViewSchema.Column, ClassLabels> _read;
    private readonly Func<IReadOnlyList<string>, ClassLabels> _parse;

    private ClassLabelType(
        string name, DataViewType type, Func<DataViewSchema.Column, ClassLabels> read, Func<IReadOnlyList<string>, ClassLabels> parse) =>
        (Name, Type, _read, _parse) = (name, type, read, parse);

    /// <summary>The name in a saved model.</summary>
    public string Name { get; }

    /// <summary>ML.NET's type.</summary>
    public DataViewType Type { get; }

    /// <summary>All names, for messages.</summary>
    public static string Allowed => string.Join(", ", All.Select(type => type.Name));

    public static ClassLabelType? OfDataViewType(DataViewType type) => All.FirstOrDefault(known => known.Type.Equals(type));

    public static ClassLabelType? OfName(string name) => All.FirstOrDefault(known => known.Name == name);

    /// <summary>The key values of a column.</summary>
    public ClassLabels Read(DataViewSchema.Column label) => _read(label);

    /// <summary>The values from their names, as <see cref="ClassLabels.Names"/> writes them.</summary>
    /// <exception cref="FormatException">A name is no value of this type.</exception>
    /// <exception cref="OverflowException">A name is a number outside the type's range.</exception>
    public ClassLabels Parse(IReadOnlyList<string> names) => _parse(names);

    private static ClassLabelType Of<T>(string name, DataViewType type, Func<string, T> parse) => new(
        name, type, ReadKeyValues<T>, names => ClassLabels<T>.Create(type, [.. names.Select(parse)]));

    private static ClassLabels<T> ReadKeyValues<T>(DataViewSchema.Column label)
    {
        var values = default(VBuffer<T>);
        label.Annotations.GetValue(Annotation.KeyValues, ref values);
        return ClassLabels<T>.Create(((VectorDataViewType)label.Annotations.Schema[Annotation.KeyValues].Type).ItemType, [.. values.DenseValues()]);
    }
}
