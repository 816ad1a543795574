using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Images;

namespace Tricks.MLNet.Scoring;

/// <summary>Reads a batch of rows ahead and runs one forward for all of them when the first of their scores is asked for.</summary>
/// <remarks>First-party transformers score one row per forward. All that the rows hold is copied, for the input moves on.</remarks>
internal sealed class BatchedScoringCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly ScoringBindings _bindings;
    private readonly ActiveColumns _active;
    private readonly ImageScorer _scorer;
    private readonly Func<RawImage> _image;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly Dictionary<int, ColumnBuffer> _columns;
    private readonly int _batchSize;
    private readonly List<RawImage> _images;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _positions;
    private readonly long[] _batches;
    private float[]? _scores;
    private int _current = -1;
    private bool _ended;

    public BatchedScoringCursor(
        DataViewRowCursor input,
        ScoringBindings bindings,
        IReadOnlyCollection<DataViewSchema.Column> active,
        ImageScorer scorer,
        int batchSize)
    {
        (_input, _bindings, _scorer, _batchSize) = (input, bindings, scorer, batchSize);
        _active = new ActiveColumns(bindings.Output, active);
        _image = bindings.Image.GetGetter(input);
        _id = input.GetIdGetter();
        _columns = bindings.PassedThrough(active).ToDictionary(c => c.Index, c => ColumnBuffer.Create(input, c, batchSize));
        _images = new List<RawImage>(batchSize);
        (_ids, _positions, _batches) = (new DataViewRowId[batchSize], new long[batchSize], new long[batchSize]);
    }

    public override DataViewSchema Schema => _bindings.Output;

    public override long Position => _current < 0 ? -1 : _positions[_current];

    public override long Batch => _current < 0 ? 0 : _batches[_current];

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (++_current < _images.Count)
            return true;

        ReadAhead();
        _ended = _images.Count == 0;
        _current = _ended ? -1 : 0;
        return !_ended;
    }

    private void ReadAhead()
    {
        _scores = null;
        _images.Clear();
        while (_images.Count < _batchSize && _input.MoveNext())
        {
            var slot = _images.Count;
            _images.Add(_image());
            _id(ref _ids[slot]);
            (_positions[slot], _batches[slot]) = (_input.Position, _input.Batch);
            foreach (var column in _columns.Values)
                column.Fill(slot);
        }
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Check(column);
        var getter = column.Index < _bindings.Input.Count
            ? _columns[column.Index].GetGetter(Slot)
            : _bindings.GetGetter(column, Scores);
        return ActiveColumns.Cast<TValue>(getter, column);
    }

    private ReadOnlySpan<float> Scores()
    {
        var slot = Slot();
        _scores ??= _scorer.Score(_images);
        return _scores.AsSpan(slot * _scorer.Length, _scorer.Length);
    }

    private int Slot() => _current >= 0 ? _current : throw ActiveColumns.NoRow();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scorer.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }
}
