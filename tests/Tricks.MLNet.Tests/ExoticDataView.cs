using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tricks.MLNet.Tests;

/// <summary>Adds a column Exotic of a type that nobody but its author knows: the position as a boxed text.</summary>
internal sealed class ExoticDataView : IDataView
{
    private readonly IDataView _input;

    public ExoticDataView(IDataView input)
    {
        _input = input;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input.Schema);
        schema.AddColumn("Exotic", new ExoticType());
        Schema = schema.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(_input.GetRowCursor(_input.Schema, rand), Schema);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class ExoticType() : StructuredDataViewType(typeof(object))
    {
        public override bool Equals(DataViewType? other) => other is ExoticType;
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            column.Index < input.Schema.Count
                ? input.GetGetter<TValue>(input.Schema[column.Index])
                : (ValueGetter<TValue>)(object)(ValueGetter<object>)((ref object value) => value = Position.ToString(CultureInfo.InvariantCulture));
    }
}
