namespace Tricks.Torch.Runtime;

/// <summary>Random numbers that are a function of what they are drawn for: a seed and up to two indices.</summary>
/// <remarks>
/// The generator is SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014),
/// started from a hash of (seed, first, second). Use (seed, epoch, sample) for what happens to one image and
/// (seed, step, 0) for what happens to one batch: draws then depend neither on thread timing nor on what was drawn
/// before, and a resumed run equals an unbroken one.
/// </remarks>
public sealed class SeededRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Creates the generator of one (seed, first, second); equal arguments give equal sequences.</summary>
    public SeededRandom(long seed, long first = 0, long second = 0) =>
        _state = Mix(Mix(Mix((ulong)seed + Gamma) + (ulong)first + Gamma) + (ulong)second + Gamma);

    /// <summary>Creates the generator of one (seed, purpose, first, second).</summary>
    public static SeededRandom For(long seed, RandomPurpose purpose, long first = 0, long second = 0) =>
        new((long)Mix((ulong)seed + (Gamma * ((ulong)purpose + 1))), first, second);

    /// <summary>A uniformly distributed 64-bit number.</summary>
    public ulong NextUInt64() => Mix(_state += Gamma);

    /// <summary>A uniform draw from [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform draw from [low, high).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A uniform draw from 0, 1, ..., count - 1, without modulo bias.</summary>
    public int NextInt32(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        // The high half of a 64 x 64 bit product is biased by less than count / 2^64.
        return (int)Math.BigMul(NextUInt64(), (ulong)count, out _);
    }

    /// <summary>True with the given probability: never at 0, always at 1.</summary>
    public bool NextBoolean(double probability) => NextDouble() < probability;

    /// <summary>A draw from the standard normal distribution (Box and Muller, 1958).</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble())); // 1 - u is in (0, 1], so the logarithm is finite
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>A uniformly random order of 0, 1, ..., count - 1 (Fisher and Yates).</summary>
    public int[] NextPermutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Shuffle(order);
        return order;
    }

    /// <summary>Brings the items into a uniformly random order, in place (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
