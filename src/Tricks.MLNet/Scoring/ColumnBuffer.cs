using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Tricks.MLNet.Scoring;

/// <summary>The values of one passed-through column in the rows of a batch.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Copies the value of the input's current row into a slot.</summary>
    public abstract void Fill(int slot);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's type that reads the slot named at the call.</summary>
    public abstract Delegate GetGetter(Func<int> slot);

    /// <summary>True for the types whose values can be kept: primitives, vectors of primitives, images.</summary>
    public static bool Supports(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType or ImageDataViewType;

    /// <summary>A buffer for a column of a supported type.</summary>
    public static ColumnBuffer Create(DataViewRow input, DataViewSchema.Column column, int capacity) => column.Type switch
    {
        ImageDataViewType => new ImageColumnBuffer(input, column, capacity),
        VectorDataViewType vector => Create(typeof(VectorColumnBuffer<>), vector.ItemType.RawType, input, column, capacity),
        var type => Create(typeof(ValueColumnBuffer<>), type.RawType, input, column, capacity),
    };

    private static ColumnBuffer Create(Type buffer, Type value, DataViewRow input, DataViewSchema.Column column, int capacity) =>
        (ColumnBuffer)Activator.CreateInstance(buffer.MakeGenericType(value), input, column, capacity)!;
}

/// <summary>Primitive values, which ML.NET lets everyone copy freely.</summary>
internal sealed class ValueColumnBuffer<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<T> _getter = input.GetGetter<T>(column);
    private readonly T[] _slots = new T[capacity];

    public override void Fill(int slot) => _getter(ref _slots[slot]);

    public override Delegate GetGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _slots[slot()]);
}

/// <summary>Vectors, copied in and out: a buffer belongs to whoever passes it to a getter.</summary>
internal sealed class VectorColumnBuffer<T>(DataViewRow input, DataViewSchema.Column column, int capacity) : ColumnBuffer
{
    private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[] _slots = new VBuffer<T>[capacity];

    public override void Fill(int slot) => _getter(ref _slots[slot]);

    public override Delegate GetGetter(Func<int> slot) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _slots[slot()].CopyTo(ref value));
}
