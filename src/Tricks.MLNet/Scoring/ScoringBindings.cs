using Microsoft.ML;
using Tricks.MLNet.Images;

namespace Tricks.MLNet.Scoring;

/// <summary>Which input columns stand behind which output columns: the input's first, then the added ones.</summary>
internal sealed class ScoringBindings
{
    private readonly AddedColumns _added;

    /// <exception cref="ArgumentException">The image column is missing or of a wrong type.</exception>
    public ScoringBindings(DataViewSchema input, string imageColumnName, AddedColumns added)
    {
        Image = ImageColumn.Of(input, imageColumnName);
        Input = input;
        Output = added.AddTo(input);
        _added = added;
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public ImageColumn Image { get; }

    /// <summary>A getter of an added column.</summary>
    public Delegate GetGetter(DataViewSchema.Column column, CurrentVector vector) => _added.GetGetter(column.Index - Input.Count, vector);

    /// <summary>True if any of the output columns is an added one, and so needs a forward pass.</summary>
    public bool AsksForScores(IEnumerable<DataViewSchema.Column> output) => output.Any(column => column.Index >= Input.Count);

    /// <summary>The input columns that are passed through to some of the output columns.</summary>
    public IEnumerable<DataViewSchema.Column> PassedThrough(IEnumerable<DataViewSchema.Column> output) =>
        output.Where(column => column.Index < Input.Count).Select(column => Input[column.Index]);

    /// <summary>The input columns that some of the output columns need: those passed through, and the image for an added one.</summary>
    public IReadOnlyList<DataViewSchema.Column> NeededFor(IEnumerable<DataViewSchema.Column> output)
    {
        var asked = output.ToList();
        var needed = PassedThrough(asked);
        if (AsksForScores(asked))
            needed = needed.Append(Image.Column);
        return [.. needed.DistinctBy(column => column.Index)];
    }
}
