using Microsoft.ML;

namespace Tricks.MLNet.Scoring;

/// <summary>The active columns of a row, and the mistakes one can make with a getter.</summary>
internal sealed class ActiveColumns
{
    private readonly bool[] _active;

    public ActiveColumns(DataViewSchema schema, IEnumerable<DataViewSchema.Column> active)
    {
        _active = new bool[schema.Count];
        foreach (var column in active)
            _active[column.Index] = true;
    }

    public bool this[DataViewSchema.Column column] => column.Index < _active.Length && _active[column.Index];

    /// <exception cref="ArgumentException">The column was not asked for when the cursor was made.</exception>
    public void Check(DataViewSchema.Column column)
    {
        if (!this[column])
            throw new ArgumentException($"The column '{column.Name}' is not active. Name it when you ask for the cursor.", nameof(column));
    }

    /// <exception cref="InvalidOperationException">The column has another type.</exception>
    public static ValueGetter<T> Cast<T>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<T> ?? throw new InvalidOperationException(
            $"The column '{column.Name}' is of type {column.Type}; its values are {column.Type.RawType}, not {typeof(T)}.");

    /// <summary>What reading a cursor before the first or after the last row throws.</summary>
    public static InvalidOperationException NoRow() =>
        new("The cursor stands on no row. Call MoveNext, and read values only while it returns true.");
}
