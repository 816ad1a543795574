using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Images;

namespace Tricks.MLNet.Scoring;

/// <summary>A row scored by itself when its score is asked for; what <c>PredictionEngine</c> reads.</summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ScoringBindings _bindings;
    private readonly ActiveColumns _active;
    private readonly ImageScorer _scorer;
    private readonly Func<RawImage>? _image;
    private float[] _scores = [];
    private long _scoredPosition = -1;

    public ScoringRow(
        DataViewRow input, ScoringBindings bindings, IReadOnlyCollection<DataViewSchema.Column> active, ImageScorer scorer)
    {
        (_input, _bindings, _scorer) = (input, bindings, scorer);
        _active = new ActiveColumns(bindings.Output, active);
        _image = bindings.AsksForScores(active) ? bindings.Image.GetGetter(input) : null;
    }

    public override DataViewSchema Schema => _bindings.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Check(column);
        return column.Index < _bindings.Input.Count
            ? _input.GetGetter<TValue>(_bindings.Input[column.Index])
            : ActiveColumns.Cast<TValue>(_bindings.GetGetter(column, Scores), column);
    }

    private ReadOnlySpan<float> Scores()
    {
        // Score and PredictedLabel of one row share one forward.
        if (_scoredPosition != Position || _scores.Length == 0)
        {
            _scores = _scorer.Score([_image!()]);
            _scoredPosition = Position;
        }

        return _scores;
    }

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
