using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>A cursor without look-ahead: where no score is asked for, or a passed-through column cannot be kept.</summary>
internal sealed class RowwiseScoringCursor(DataViewRowCursor input, ScoringRow row) : DataViewRowCursor
{
    public override DataViewSchema Schema => row.Schema;

    public override long Position => row.Position;

    public override long Batch => row.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            row.Dispose(); // and with it the input
        base.Dispose(disposing);
    }
}
