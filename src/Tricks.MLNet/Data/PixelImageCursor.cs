using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Images;
using Tricks.MLNet.Scoring;

namespace Tricks.MLNet.Data;

/// <summary>Walks over images in memory, in order or shuffled.</summary>
internal sealed class PixelImageCursor : DataViewRowCursor
{
    private readonly PixelImageDataView _view;
    private readonly ActiveColumns _active;
    private readonly int[]? _order;
    private int _position = -1;
    private int _next;

    public PixelImageCursor(PixelImageDataView view, IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand)
    {
        _view = view;
        _active = new ActiveColumns(view.Schema, columnsNeeded);
        if (rand is null)
            return;
        _order = [.. Enumerable.Range(0, view.Images.Count)];
        rand.Shuffle(_order);
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        var hasRow = _next < _view.Images.Count;
        _position = hasRow ? _next++ : -1;
        return hasRow;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Index(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Check(column);
        return ActiveColumns.Cast<TValue>(column.Index == 0 ? (ValueGetter<MLImage?>)GetImage : (ValueGetter<ReadOnlyMemory<char>>)GetLabel, column);
    }

    private void GetImage(ref MLImage? image)
    {
        image?.Dispose(); // the caller's value of the row before, as ML.NET's own image loader does
        image = MLImagePixels.ToMLImage(_view.Images.Image(Index()));
    }

    private void GetLabel(ref ReadOnlyMemory<char> label) => label = _view.Images.Label(Index()).AsMemory();

    private int Index()
    {
        if (_position < 0)
            throw new InvalidOperationException("The cursor stands on no row. Call MoveNext, and read values only while it returns true.");
        return _order?[_position] ?? _position;
    }
}
