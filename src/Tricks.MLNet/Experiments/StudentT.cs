namespace Tricks.MLNet.Experiments;

/// <summary>Student's t distribution with a whole number of degrees of freedom, in closed form.</summary>
/// <remarks>Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4: finite sums, no gamma function.</remarks>
internal static class StudentT
{
    /// <summary>The probability that |T| is at least |t|.</summary>
    /// <param name="t">Any number; infinite gives 0.</param>
    /// <param name="degreesOfFreedom">At least 1.</param>
    public static double TwoSidedProbability(double t, int degreesOfFreedom) => 1 - Within(Math.Abs(t), degreesOfFreedom);

    /// <summary>The t for which |T| stays within t with the given probability: 2.776 for 0.95 and 4 degrees of freedom.</summary>
    /// <param name="level">In (0, 1).</param>
    /// <param name="degreesOfFreedom">At least 1.</param>
    public static double TwoSidedQuantile(double level, int degreesOfFreedom)
    {
        var (low, high) = (0.0, 1.0);
        while (Within(high, degreesOfFreedom) < level)
            (low, high) = (high, 2 * high);
        for (var i = 0; i < 100; i++) // halves the bracket down to the last bit
        {
            var middle = (low + high) / 2;
            (low, high) = Within(middle, degreesOfFreedom) < level ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>A(t | v): the probability that |T| is at most t.</summary>
    private static double Within(double t, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        var angle = Math.Atan(t / Math.Sqrt(degreesOfFreedom));
        var (sine, cosine) = Math.SinCos(angle);
        var odd = degreesOfFreedom % 2 == 1;
        if (degreesOfFreedom == 1)
            return 2 / Math.PI * angle;

        // Odd: cos + 2/3 cos^3 + (2*4)/(3*5) cos^5 + ...; even: 1 + 1/2 cos^2 + (1*3)/(2*4) cos^4 + ...
        var (term, sum) = odd ? (cosine, cosine) : (1.0, 1.0);
        for (var power = odd ? 3 : 2; power <= degreesOfFreedom - 2; power += 2)
        {
            term *= cosine * cosine * (power - 1) / power;
            sum += term;
        }

        return odd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
