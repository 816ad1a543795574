using Microsoft.ML;

namespace Tricks.MLNet.Data;

/// <summary>Rows 0..count - 1 of computed columns, in order or shuffled as a whole.</summary>
/// <remarks>
/// <c>LoadFromEnumerable</c> cannot be shuffled at its source; a folder sorted by class would then be mixed only within
/// the pool of <c>ShuffleRows</c>. Nothing is kept per row: a data set costs its bytes and no bitmaps.
/// </remarks>
internal sealed class IndexedDataView : IDataView
{
    private readonly int _count;

    public IndexedDataView(int count, params IReadOnlyList<IndexedColumn> columns)
    {
        (_count, Columns) = (count, columns);
        var schema = new DataViewSchema.Builder();
        foreach (var column in columns)
            schema.AddColumn(column.Name, column.Type);
        Schema = schema.ToSchema();
    }

    public IReadOnlyList<IndexedColumn> Columns { get; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, _count)];
        rand?.Shuffle(order);
        return new IndexedCursor(this, columnsNeeded, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
