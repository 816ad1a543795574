using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

using Annotation = Microsoft.ML.Data.AnnotationUtils.Kinds;

namespace Tricks.MLNet.Scoring;

/// <summary>The classes of a model in the order of its scores: the values of the label's key, in their original type.</summary>
/// <remarks>
/// <c>MapValueToKey</c> keeps the values it saw (text, number, boolean, ...) as the annotation KeyValues, and
/// <c>MapKeyToValue</c> gives them back; so a model has to carry them with their type.
/// </remarks>
internal abstract class ClassLabels
{
    private protected ClassLabels(DataViewType type, string[] names) => (Type, Names) = (type, names);

    /// <summary>The item type of the values.</summary>
    public DataViewType Type { get; }

    /// <summary>The values as text in the invariant culture, for slot names and the confusion matrix.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of classes.</summary>
    public int Count => Names.Count;

    /// <summary>Adds the values, in their own type, as an annotation of the given name.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string name);

    /// <summary>The names as ML.NET's annotation SlotNames wants them.</summary>
    public void GetNames(ref VBuffer<ReadOnlyMemory<char>> names)
    {
        var editor = VBufferEditor.Create(ref names, Count);
        for (var i = 0; i < Count; i++)
            editor.Values[i] = Names[i].AsMemory();
        names = editor.Commit();
    }

    /// <summary>Text classes.</summary>
    public static ClassLabels FromNames(IReadOnlyList<string> names) =>
        ClassLabels<ReadOnlyMemory<char>>.Create(TextDataViewType.Instance, [.. names.Select(name => name.AsMemory())]);

    /// <summary>The classes of a label column.</summary>
    /// <exception cref="ArgumentException">The column is no key, or a key without values, or its values have an exotic type.</exception>
    public static ClassLabels FromKeyColumn(DataViewSchema.Column label)
    {
        if (label.Type is not KeyDataViewType)
        {
            throw new ArgumentException(
                $"The label column '{label.Name}' is of type {label.Type}; it must be a key. " +
                $"Put mlContext.Transforms.Conversion.MapValueToKey(\"{label.Name}\") before the trainer.", nameof(label));
        }

        if (label.Annotations.Schema.GetColumnOrNull(Annotation.KeyValues)?.Type is not VectorDataViewType values)
        {
            throw new ArgumentException(
                $"The label column '{label.Name}' is a key without values, so the classes would have no names. " +
                $"Make it with mlContext.Transforms.Conversion.MapValueToKey(\"{label.Name}\"), which keeps the values.", nameof(label));
        }

        return ClassLabelType.OfDataViewType(values.ItemType)?.Read(label) ?? throw new ArgumentException(
            $"The values of the label column '{label.Name}' are of type {values.ItemType}; " +
            $"they must be one of {ClassLabelType.Allowed}. Convert the label to text before MapValueToKey.", nameof(label));
    }
}

/// <summary>Classes whose key values have the type <typeparamref name="T"/>.</summary>
internal sealed class ClassLabels<T> : ClassLabels
{
    private readonly T[] _values;

    private ClassLabels(DataViewType type, T[] values, string[] names)
        : base(type, names) => _values = values;

    public static ClassLabels<T> Create(DataViewType type, T[] values) =>
        new(type, values, [.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")]);

    public override void AddTo(DataViewSchema.Annotations.Builder annotations, string name) =>
        annotations.Add(name, new VectorDataViewType((PrimitiveDataViewType)Type, Count), (ref VBuffer<T> values) =>
        {
            var editor = VBufferEditor.Create(ref values, Count);
            _values.CopyTo(editor.Values);
            values = editor.Commit();
        });
}
