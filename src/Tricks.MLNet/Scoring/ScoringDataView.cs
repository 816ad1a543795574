using Microsoft.ML;

namespace Tricks.MLNet.Scoring;

/// <summary>The input with the columns of a model added, scored lazily and batch by batch.</summary>
internal sealed class ScoringDataView(IDataView input, ScoringBindings bindings, Func<ImageScorer> newScorer, int batchSize) : IDataView
{
    public DataViewSchema Schema => bindings.Output;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = columnsNeeded.ToList();
        return Wrap(input.GetRowCursor(bindings.NeededFor(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var active = columnsNeeded.ToList();
        return [.. input.GetRowCursorSet(bindings.NeededFor(active), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, List<DataViewSchema.Column> active)
    {
        try
        {
            return WrapOpen(cursor, active);
        }
        catch
        {
            cursor.Dispose(); // it may hold files open
            throw;
        }
    }

    private DataViewRowCursor WrapOpen(DataViewRowCursor cursor, List<DataViewSchema.Column> active)
    {
        var canReadAhead = bindings.AsksForScores(active) && bindings.PassedThrough(active).All(c => ColumnBuffer.Supports(c.Type));
        return canReadAhead
            ? new BatchedScoringCursor(cursor, bindings, active, newScorer(), batchSize)
            : new RowwiseScoringCursor(cursor, new ScoringRow(cursor, bindings, active, newScorer()));
    }
}
