using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Scoring;

namespace Tricks.MLNet.Data;

/// <summary>Walks over the rows of an <see cref="IndexedDataView"/> in a given order.</summary>
internal sealed class IndexedCursor(IndexedDataView view, IEnumerable<DataViewSchema.Column> columnsNeeded, int[] order)
    : DataViewRowCursor
{
    private readonly ActiveColumns _active = new(view.Schema, columnsNeeded);
    private int _position = -1;
    private int _next;

    public override DataViewSchema Schema => view.Schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        var hasRow = _next < order.Length;
        _position = hasRow ? _next++ : -1;
        return hasRow;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Check(column);
        return ActiveColumns.Cast<TValue>(view.Columns[column.Index].NewGetter(Row), column);
    }

    private int Row() => _position >= 0 ? order[_position] : throw ActiveColumns.NoRow();
}
