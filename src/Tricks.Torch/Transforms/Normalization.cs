using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tricks.Torch.Transforms;

/// <summary>(v - mean) / deviation of each channel (BoT §2.1).</summary>
/// <remarks>Immutable, so safe for several threads at once.</remarks>
public sealed class Normalization
{
    private const int Group = 24; // values that are normalised at once: whole vectors of 8, and whole pixels

    private readonly float[] _mean;       // repeated over three vectors, which holds whole pixels of 1 and of 3 channels
    private readonly float[] _deviation;
    private readonly float[] _reciprocal;
    private readonly bool _byReciprocal;  // whether that gives the bits of a division for every byte
    private readonly float[] _table;      // (256, C): what each byte becomes
    private readonly int _channels;

    /// <summary>Takes mean and deviation from what the network expects.</summary>
    /// <exception cref="ArgumentException">They do not fit the channels, or a deviation is not above 0.</exception>
    public Normalization(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        Check(preprocessing);
        _channels = preprocessing.Channels;
        _mean = Repeat(preprocessing.Mean);
        _deviation = Repeat(preprocessing.StandardDeviation);
        _reciprocal = Array.ConvertAll(_deviation, deviation => 1 / deviation);
        _table = new float[256 * _channels];
        for (var i = 0; i < _table.Length; i++)
            _table[i] = Apply(i / _channels, _mean[i % _channels], _deviation[i % _channels]);
        _byReciprocal = Enumerable.Range(0, _table.Length).All(i =>
            BitConverter.SingleToInt32Bits(Corrected((i / _channels) - _mean[i % _channels], _deviation[i % _channels], _reciprocal[i % _channels]))
            == BitConverter.SingleToInt32Bits(_table[i]));
    }

    /// <summary>The mean of each channel of a colour; the fourth value is 0.</summary>
    internal Vector128<float> Mean => Vector128.Create(_mean[0], _mean[1], _mean[2], 0);

    /// <summary>The deviation of each channel of a colour; the fourth value is 1.</summary>
    internal Vector128<float> Deviation => Vector128.Create(_deviation[0], _deviation[1], _deviation[2], 1);

    /// <summary>(v - mean) / deviation.</summary>
    public static float Apply(float value, float mean, float deviation) => (value - mean) / deviation;

    /// <summary>Normalises values in place.</summary>
    /// <param name="values">(..., C), channels interleaved, in units of 0..255.</param>
    public void Apply(Span<float> values)
    {
        var i = 0;
        for (; i <= values.Length - _mean.Length; i += _mean.Length)
        {
            for (var j = 0; j < _mean.Length; j += Vector<float>.Count)
            {
                var part = values[(i + j)..];
                ((new Vector<float>(part) - new Vector<float>(_mean, j)) / new Vector<float>(_deviation, j)).CopyTo(part);
            }
        }

        for (; i < values.Length; i++)
            values[i] = Apply(values[i], _mean[i % _channels], _deviation[i % _channels]);
    }

    /// <summary>Normalises bytes; bit-equal to normalising the same numbers as floats.</summary>
    /// <param name="values">(..., C), channels interleaved.</param>
    /// <param name="target">As many values.</param>
    public void Apply(ReadOnlySpan<byte> values, Span<float> target)
    {
        if (values.Length >= Group)
            ApplyVectors(values, target);
        else
            ApplyTable(values, target);
    }

    private void ApplyTable(ReadOnlySpan<byte> values, Span<float> target)
    {
        for (var i = 0; i < values.Length; i++)
            target[i] = _table[(_channels * values[i]) + (i % _channels)];
    }

    /// <summary>24 values at once, which are whole pixels of 1 and of 3 channels; the last 24 overlap the ones before them.</summary>
    private void ApplyVectors(ReadOnlySpan<byte> values, Span<float> target)
    {
        ref var from = ref MemoryMarshal.GetReference(values);
        ref var to = ref MemoryMarshal.GetReference(target[..values.Length]);
        var (mean0, mean1, mean2) = (Eight(_mean, 0), Eight(_mean, 1), Eight(_mean, 2));
        var (deviation0, deviation1, deviation2) = (Eight(_deviation, 0), Eight(_deviation, 1), Eight(_deviation, 2));
        var (reciprocal0, reciprocal1, reciprocal2) = (Eight(_reciprocal, 0), Eight(_reciprocal, 1), Eight(_reciprocal, 2));
        var byReciprocal = _byReciprocal && Vector256.IsHardwareAccelerated;
        var last = values.Length - Group;
        for (var i = 0; i < last + Group; i += Group)
        {
            var at = (nuint)Math.Min(i, last);
            var (value0, value1, value2) = (Widen(ref from, at) - mean0, Widen(ref from, at + 8) - mean1, Widen(ref from, at + 16) - mean2);
            (byReciprocal ? Corrected(value0, deviation0, reciprocal0) : value0 / deviation0).StoreUnsafe(ref to, at);
            (byReciprocal ? Corrected(value1, deviation1, reciprocal1) : value1 / deviation1).StoreUnsafe(ref to, at + 8);
            (byReciprocal ? Corrected(value2, deviation2, reciprocal2) : value2 / deviation2).StoreUnsafe(ref to, at + 16);
        }

        static Vector256<float> Eight(float[] pattern, int third) => Vector256.Create(pattern.AsSpan(8 * third, 8));
    }

    /// <summary>value / deviation by a multiplication and one step of correction (Markstein, IBM J. R. and D. 34, 1990): a division takes a vector unit five times as long.</summary>
    private static float Corrected(float value, float deviation, float reciprocal)
    {
        var quotient = value * reciprocal;
        return MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(-quotient, deviation, value), reciprocal, quotient);
    }

    private static Vector256<float> Corrected(Vector256<float> value, Vector256<float> deviation, Vector256<float> reciprocal)
    {
        var quotient = value * reciprocal;
        return Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(-quotient, deviation, value), reciprocal, quotient);
    }

    private static Vector256<float> Widen(ref byte bytes, nuint at)
    {
        var eight = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at))).AsByte();
        var words = Vector128.WidenLower(eight);
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32());
    }

    private static float[] Repeat(IReadOnlyList<float> perChannel)
    {
        var repeated = new float[Math.Max(3 * Vector<float>.Count, Group)];
        for (var i = 0; i < repeated.Length; i++)
            repeated[i] = perChannel[i % perChannel.Count];
        return repeated;
    }

    private static void Check(Preprocessing preprocessing)
    {
        var (channels, mean, deviation) = (preprocessing.Channels, preprocessing.Mean, preprocessing.StandardDeviation);
        if (channels is not (1 or 3) || mean.Count != channels || deviation.Count != channels)
        {
            throw new ArgumentException(
                $"Preprocessing has Channels {channels}, {mean.Count} means and {deviation.Count} deviations; Channels must be "
                + "1 or 3, with one mean and one deviation per channel.", nameof(preprocessing));
        }

        if (!mean.All(float.IsFinite) || !deviation.All(d => float.IsFinite(d) && d > 0))
        {
            throw new ArgumentException(
                $"Preprocessing has StandardDeviation [{string.Join(", ", deviation)}] and Mean [{string.Join(", ", mean)}]; "
                + "every mean must be finite and every deviation finite and above 0.", nameof(preprocessing));
        }
    }
}
