using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Data;

/// <summary>Some rows of a data view, in its order; all its columns, images too.</summary>
/// <param name="input">The rows to choose from.</param>
/// <param name="rows">Numbers of rows from 0, in rising order.</param>
internal sealed class RowSubset(IDataView input, IReadOnlyList<int> rows) : IDataView
{
    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => false; // a shuffled input has other rows at these places

    public long? GetRowCount() => rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(input.GetRowCursor(columnsNeeded), rows);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, IReadOnlyList<int> rows) : DataViewRowCursor
    {
        private int _next;
        private long _read = -1;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _next > 0 && _next <= rows.Count && _read == rows[_next - 1] ? _next - 1 : -1;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            if (_next == rows.Count)
            {
                _read = -1;
                return false;
            }

            while (input.MoveNext())
            {
                if (++_read == rows[_next])
                {
                    _next++;
                    return true;
                }
            }

            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
