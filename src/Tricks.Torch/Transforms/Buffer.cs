namespace Tricks.Torch.Transforms;

/// <summary>An array that grows to the longest length asked for, so that repeated use allocates nothing.</summary>
internal sealed class Buffer<T>
{
    private T[] _values = [];

    /// <summary>The first <paramref name="length"/> values; what they hold is left from the last use.</summary>
    public Span<T> Of(int length)
    {
        if (_values.Length < length)
            _values = new T[length];
        return _values.AsSpan(0, length);
    }
}
