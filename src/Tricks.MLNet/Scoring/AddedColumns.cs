using Microsoft.ML;

namespace Tricks.MLNet.Scoring;

/// <summary>The vector of the row that a cursor stands on: its scores or its features.</summary>
internal delegate ReadOnlySpan<float> CurrentVector();

/// <summary>The columns that a transformer adds, all of them read off one vector per image.</summary>
internal abstract class AddedColumns
{
    /// <summary>The schema: the input's columns first, at their indices, then the added ones.</summary>
    public abstract DataViewSchema AddTo(DataViewSchema input);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of an added column, counted from 0.</summary>
    public abstract Delegate GetGetter(int index, CurrentVector vector);
}
