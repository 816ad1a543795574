using Tricks.Torch.Runtime;
using static TorchSharp.torch;

namespace Tricks.Torch.Scoring;

/// <summary>Calibration: one temperature for all logits, so that a score of 0.8 is right in 80 of 100 cases (Guo et al., arXiv:1706.04599).</summary>
/// <remarks>softmax(z / T): T > 1 lowers too confident scores. The predicted class never changes.</remarks>
public static class TemperatureScaling
{
    /// <summary>The temperature with the smallest cross entropy on rows that were not trained on.</summary>
    /// <remarks>The cross entropy is convex in 1 / T, so Newton's method on 1 / T finds its minimum; T is kept in [1/100, 100].</remarks>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    public static double Fit(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var z = logits.to(ScalarType.Float64); // (N, K)
        var right = z.gather(1, labels.unsqueeze(1)).mean().item<double>();
        var (low, high) = (0.01, 100.0); // of b = 1 / T; the slope is negative below the minimum and positive above
        var b = 1.0;
        for (var i = 0; i < 100 && high - low > 1e-12 * b; i++)
        {
            using var inner = NewDisposeScope();
            var p = z.Times(b).softmax(1);
            var mean = (p * z).sum(1); // (N)
            var slope = mean.mean().item<double>() - right;
            var curvature = ((p * z * z).sum(1) - (mean * mean)).mean().item<double>();
            (low, high) = slope > 0 ? (low, b) : (b, high);
            var newton = b - (slope / curvature);
            if (Math.Abs(newton - b) <= 1e-13 * b)
                break; // converged: a bisection would lead away again
            b = newton > low && newton < high ? newton : (low + high) / 2;
        }

        return 1 / b;
    }

    /// <summary>The temperature of <see cref="Fit"/> with the calibration error before and after.</summary>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    public static Calibration Calibrate(Tensor logits, Tensor labels)
    {
        var temperature = Fit(logits, labels);
        return new Calibration(
            temperature, ExpectedCalibrationError(logits, labels), ExpectedCalibrationError(logits, labels, temperature), (int)labels.shape[0]);
    }

    /// <summary>The expected calibration error: the mean over bins of |accuracy - confidence|, weighted by the rows of each.</summary>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    /// <param name="temperature">T, greater than 0; 1 takes the scores as they are.</param>
    /// <param name="bins">Bins of equal width over the highest score, (i / bins, (i + 1) / bins]; 15 in the paper.</param>
    /// <returns>In [0, 1].</returns>
    public static double ExpectedCalibrationError(Tensor logits, Tensor labels, double temperature = 1, int bins = 15)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (confidence, predicted) = logits.to(ScalarType.Float64).DividedBy(temperature).softmax(1).max(1);
        var scores = confidence.cpu().data<double>().ToArray();
        var hits = predicted.eq(labels).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var gaps = new double[bins];
        for (var n = 0; n < scores.Length; n++)
            gaps[Math.Clamp((int)Math.Ceiling(scores[n] * bins) - 1, 0, bins - 1)] += hits[n] - scores[n];
        return gaps.Sum(Math.Abs) / scores.Length;
    }
}
