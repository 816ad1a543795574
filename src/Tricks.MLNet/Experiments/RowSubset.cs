using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Experiments;

/// <summary>Some rows of a data view, in its order, with all columns.</summary>
/// <remarks>
/// ML.NET's own splits add a sampling column and filter on it, and shuffle where they can; here rows are chosen by their number, so that a
/// row is in the same part for every candidate, whatever its columns are. The data must give its rows in the same order each time.
/// </remarks>
internal sealed class RowSubset : IDataView
{
    private readonly IDataView _data;
    private readonly bool[] _chosen;
    private readonly int _count;

    /// <param name="data">The rows.</param>
    /// <param name="rows">Numbers of the chosen rows, each at most once.</param>
    /// <param name="total">Number of rows of the data.</param>
    public RowSubset(IDataView data, IReadOnlyList<int> rows, int total)
    {
        (_data, _chosen, _count) = (data, new bool[total], rows.Count);
        foreach (var row in rows)
            _chosen[row] = true;
    }

    public DataViewSchema Schema => _data.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(_data.GetRowCursor(columnsNeeded), _chosen);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor rows, bool[] chosen) : DataViewRowCursor
    {
        private long _position = -1;
        private long _next;
        private int _row;

        public override DataViewSchema Schema => rows.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            while (rows.MoveNext())
            {
                if (!chosen[_row++])
                    continue;
                _position = _next++;
                return true;
            }

            _position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => rows.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
