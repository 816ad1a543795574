using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Scoring;

/// <summary>Scores single rows, for <c>PredictionEngine</c>.</summary>
internal sealed class ScoringRowMapper(ScoringBindings bindings, Func<ImageScorer> newScorer) : IRowToRowMapper
{
    public DataViewSchema InputSchema => bindings.Input;

    public DataViewSchema OutputSchema => bindings.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        bindings.NeededFor(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ScoringRow(input, bindings, [.. activeColumns], newScorer());
}
