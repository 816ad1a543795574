using TorchSharp;
using static TorchSharp.torch;

namespace Tricks.Torch.Runtime;

/// <summary>Arithmetic of tensors with numbers that stay alive while the native call reads them.</summary>
/// <remarks>
/// TorchSharp turns a number into a finalizable <see cref="Scalar"/> and hands its native address on without keeping the object
/// alive, so a collection in that moment frees what libtorch is about to read; this holds for its operators, for the 1 that
/// its sum of two tensors takes, and for every implicit conversion. We hold the object. Remove when TorchSharp does.
/// </remarks>
internal static class HeldNumbers
{
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>x * factor.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using var held = factor.ToScalar();
        return x.mul(held);
    }

    /// <summary>x / divisor.</summary>
    public static Tensor DividedBy(this Tensor x, double divisor)
    {
        using var held = divisor.ToScalar();
        return x.div(held);
    }

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using var held = number.ToScalar();
        return x.add(held, One);
    }

    /// <summary>x + other.</summary>
    public static Tensor Plus(this Tensor x, Tensor other) => x.add(other, One);

    /// <summary>x *= factor.</summary>
    public static Tensor MultiplyBy(this Tensor x, double factor)
    {
        using var held = factor.ToScalar();
        return x.mul_(held);
    }

    /// <summary>x /= divisor.</summary>
    public static Tensor DivideBy(this Tensor x, double divisor)
    {
        using var held = divisor.ToScalar();
        return x.div_(held);
    }

    /// <summary>x += number.</summary>
    public static Tensor Increase(this Tensor x, double number)
    {
        using var held = number.ToScalar();
        return x.add_(held, One);
    }

    /// <summary>x += 1, exact in whole numbers too.</summary>
    public static Tensor Increment(this Tensor x) => x.add_(One, One);

    /// <summary>x += other.</summary>
    public static Tensor Increase(this Tensor x, Tensor other) => x.add_(other, One);

    /// <summary>x += factor * other.</summary>
    public static Tensor Increase(this Tensor x, Tensor other, double factor)
    {
        using var held = factor.ToScalar();
        return x.add_(other, held);
    }

    /// <summary>x with every element in [low, high], in place.</summary>
    public static Tensor ClampTo(this Tensor x, double low, double high)
    {
        using var heldLow = low.ToScalar();
        using var heldHigh = high.ToScalar();
        return x.clamp_(heldLow, heldHigh);
    }
}
