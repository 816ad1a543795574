using Microsoft.ML;
using Tricks.MLNet.Images;

namespace Tricks.MLNet.Scoring;

/// <summary>Which input columns stand behind which output columns: the input's first, then Score, then PredictedLabel.</summary>
internal sealed class ScoringBindings
{
    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public ScoringBindings(DataViewSchema input, ScoringColumns columns, ClassLabels classes)
    {
        Image = ImageColumn.Of(input, columns.Image);
        Input = input;
        Output = ScoreColumns.AddTo(input, columns, classes);
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public ImageColumn Image { get; }

    public int ScoreIndex => Input.Count;

    public int PredictedLabelIndex => Input.Count + 1;

    /// <summary>True if any of the output columns is a score.</summary>
    public bool AsksForScores(IEnumerable<DataViewSchema.Column> output) => output.Any(column => column.Index >= Input.Count);

    /// <summary>The input columns that are passed through to some of the output columns.</summary>
    public IEnumerable<DataViewSchema.Column> PassedThrough(IEnumerable<DataViewSchema.Column> output) =>
        output.Where(column => column.Index < Input.Count).Select(column => Input[column.Index]);

    /// <summary>The input columns that some of the output columns need: those passed through, and the image for a score.</summary>
    public IReadOnlyList<DataViewSchema.Column> NeededFor(IEnumerable<DataViewSchema.Column> output)
    {
        var asked = output.ToList();
        var needed = PassedThrough(asked);
        if (AsksForScores(asked))
            needed = needed.Append(Image.Column);
        return [.. needed.DistinctBy(column => column.Index)];
    }
}
