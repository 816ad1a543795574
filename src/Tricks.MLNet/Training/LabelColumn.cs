using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Scoring;

namespace Tricks.MLNet.Training;

/// <summary>The label column: a key whose values name the classes.</summary>
internal sealed record LabelColumn(DataViewSchema.Column Column, ClassLabels Classes)
{
    /// <summary>Finds the column and reads its classes.</summary>
    /// <exception cref="ArgumentException">No such column, no key, no values, or fewer than two classes.</exception>
    public static LabelColumn Of(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        var classes = ClassLabels.FromKeyColumn(column);
        if (classes.Count < 2)
        {
            throw new ArgumentException(
                $"The label column '{name}' has {classes.Count} class{(classes.Count == 1 ? $" ('{classes.Names[0]}')" : "es")}; " +
                "a classifier needs at least 2. Add rows of another class.");
        }

        return new LabelColumn(column, classes);
    }

    /// <summary>The part of the check that needs no data.</summary>
    /// <exception cref="ArgumentException">No such column, or no key.</exception>
    public static void Check(SchemaShape shape, string name)
    {
        if (!shape.TryFindColumn(name, out var column))
            throw Missing(name, shape.Select(c => c.Name));
        if (!column.IsKey)
        {
            throw new ArgumentException(
                $"The label column '{name}' is of type {column.GetTypeString()}; it must be a key. " +
                $"Put mlContext.Transforms.Conversion.MapValueToKey(\"{name}\") before the trainer.");
        }
    }

    /// <summary>The item type of the key's values as a schema shape tells it; null where it does not.</summary>
    public static DataViewType? KeyValueType(SchemaShape shape, string name) =>
        shape.TryFindColumn(name, out var column) && column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values)
            ? values.ItemType
            : null;

    /// <summary>What reads the class number, from 0, of the current row; -1 for a missing label.</summary>
    public Func<int> GetGetter(DataViewRow row)
    {
        // A key may be stored in 8, 16, 32 or 64 bits; 0 is missing in each.
        return Column.Type.RawType switch
        {
            var t when t == typeof(byte) => Getter<byte>(row, k => k - 1),
            var t when t == typeof(ushort) => Getter<ushort>(row, k => k - 1),
            var t when t == typeof(ulong) => Getter<ulong>(row, k => (int)k - 1),
            _ => Getter<uint>(row, k => (int)k - 1),
        };
    }

    private Func<int> Getter<T>(DataViewRow row, Func<T, int> classOf)
    {
        var read = row.GetGetter<T>(Column);
        var key = default(T)!;
        return () =>
        {
            read(ref key);
            return classOf(key);
        };
    }

    private static ArgumentException Missing(string name, IEnumerable<string> columns) => new(
        $"There is no label column '{name}'. The columns are: {string.Join(", ", columns)}. Set LabelColumnName to the one that holds the label.");
}
